// A value that will exist, the right to read it, and the right to write it.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"

namespace promissory {

namespace detail {

/// What the copies of a Future and its Resolver share: the slot of exercise 4, and who wants to
/// hear of it.
///
///     pending:  no outcome; callbacks wait in callbacks_, awaiters on changed_
///        │      settle(), once
///     settled:  the outcome, never written again; no callbacks
template <class T>
class FutureState {
 public:
  /// Somebody who is to be called with the outcome.
  class Callback {
   public:
    virtual ~Callback() = default;
    virtual void run(const Result<T>& outcome) noexcept = 0;

    std::unique_ptr<Callback> next;  // in the list of those that wait
  };

  bool settled() const noexcept {
    // Acquire, for the release in settle(): who sees true sees the outcome, without the lock.
    return settled_.load(std::memory_order_acquire);
  }

  /// Precondition: settled().
  const Result<T>& outcome() const noexcept { return *outcome_; }

  // One lock makes the question, the write and the taking of the callbacks one step. Not
  // std::call_once: it makes a system call (a wake-up, though nobody waits) each first time.
  template <class Outcome>
  bool settle(Outcome&& outcome) {
    std::unique_ptr<Callback> callbacks;
    {
      std::lock_guard lock(mutex_);
      if (outcome_) return false;
      outcome_.emplace(std::forward<Outcome>(outcome));  // empty as before when this throws
      // Release, after the write: the flag announces the outcome, so it must not overtake it.
      settled_.store(true, std::memory_order_release);
      callbacks = std::move(callbacks_);
    }
    changed_.notify_all();
    // Without the lock, for a callback may do anything, also come back to this very future. Each is
    // destroyed as soon as it has run, and with it whatever it keeps alive.
    while (callbacks) {
      const auto callback = std::exchange(callbacks, std::move(callbacks->next));
      callback->run(*outcome_);
    }
    return true;
  }

  /// Runs `callback` when there is an outcome: in settle(), or here when that has been.
  void on_settled(std::unique_ptr<Callback> callback) {
    {
      // Asked again under the lock: settle() may have been between the caller's look and here, and
      // does not come back for a callback that it has not seen.
      std::lock_guard lock(mutex_);
      if (!outcome_) {
        *end_ = std::move(callback);
        end_ = &(*end_)->next;
        return;
      }
    }
    callback->run(*outcome_);
  }

  /// Sleeps until there is an outcome.
  /// @throws std::system_error when `token` or `deadline` ends the wait before
  void wait(const std::stop_token& token,
            std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt) {
    // Made before the lock is taken and destroyed after it is free: the callback takes the lock. It
    // runs in this very line when the token is stopped already, and its destructor waits for it
    // while it runs elsewhere.
    std::stop_callback wake(token, [this] {
      // Locked, so that no stop comes between an awaiter's look and its sleep, to be lost there.
      std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const auto is_over = [&] { return settled() || token.stop_requested(); };
    if (deadline) {
      changed_.wait_until(lock, *deadline, is_over);
    } else {
      changed_.wait(lock, is_over);
    }
    if (settled()) return;
    throw std::system_error(std::make_error_code(
        token.stop_requested() ? std::errc::operation_canceled : std::errc::timed_out));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;  // settled, or an awaiter was stopped
  // A list in the callbacks themselves: most futures have one, and it needs no more memory.
  std::unique_ptr<Callback> callbacks_;           // guarded by mutex_
  std::unique_ptr<Callback>* end_ = &callbacks_;  // guarded by mutex_; where the next one goes
  std::optional<Result<T>> outcome_;              // guarded by mutex_ until settled_
  std::atomic<bool> settled_{false};
};

/// A callback of any type, which need not be copyable.
template <class T, class F>
class CallbackOf final : public FutureState<T>::Callback {
 public:
  explicit CallbackOf(F fn) : fn_(std::move(fn)) {}

  void run(const Result<T>& outcome) noexcept override {
    try {
      std::invoke(fn_, outcome);
    } catch (...) {
      // There is nobody to tell: the producer is not to blame, and the next callback has a right to
      // be called.
    }
  }

 private:
  F fn_;
};

/// Owns the threads of go(): none is detached, and all have ended when main() has.
class ThreadOwner {
 public:
  static ThreadOwner& instance() {
    static ThreadOwner owner;
    return owner;
  }

  ~ThreadOwner() {
    std::unique_lock lock(mutex_);
    all_finished_.wait(lock, [this] { return running_.empty(); });
  }

  /// @param work must not throw
  template <class F>
  void start(F work) {
    std::list<std::jthread> swept;  // joined at the end of this function, without the lock
    std::list<std::jthread> started(1);
    const auto self = started.begin();
    // Held while the thread starts, so that it cannot finish before it is among the running.
    std::lock_guard lock(mutex_);
    *self = std::jthread([this, self, work = std::move(work)]() mutable {
      work();
      finish(self);
    });
    running_.splice(running_.end(), started);
    swept.swap(finished_);
  }

 private:
  // A thread cannot join itself: it moves over to where the next start() sweeps.
  void finish(std::list<std::jthread>::iterator self) {
    std::lock_guard lock(mutex_);
    finished_.splice(finished_.end(), running_, self);
    if (running_.empty()) all_finished_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable all_finished_;
  std::list<std::jthread> running_;
  std::list<std::jthread> finished_;  // joined on destruction
};

}  // namespace detail

template <class T>
class Resolver;

/// The right to read an outcome that may not be there yet, a T or an error. It is a handle: copies
/// share one outcome, and dropping a copy neither blocks nor cancels anything. There is no way to
/// settle a promise from here; that takes its Resolver.
///
/// Every member but valid() and ready() throws std::future_error with std::future_errc::no_state on
/// a Future that was default-constructed or moved from.
/// T is an object type. It may be move-only and needs neither a default constructor nor assignment.
/// Thread-safety: const members may be called from any threads at once, and copies are independent.
/// Source: Task 5 of the practice tasks.
template <class T>
class Future {
 public:
  Future() = default;

  /// @return whether there is a promise behind this handle
  bool valid() const noexcept { return state_ != nullptr; }

  /// @return true once there is an outcome, for ever after; false without a promise
  bool ready() const noexcept { return state_ && state_->settled(); }

  /// @return whether both are handles to the same promise, or both to none
  friend bool operator==(const Future&, const Future&) noexcept = default;

  /// Waits for the outcome.
  /// @param token stops this wait, no other one, and not the producer; an outcome that is there
  ///     wins over a stop that is there too
  /// @return the value, the same object for everybody; it lives as long as any handle does
  /// @throws the error the promise was rejected with, the same exception object for everybody
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first
  const T& await(std::stop_token token = {}) const& {
    State& state = *checked();
    if (!state.settled()) state.wait(token);
    return state.outcome().value();
  }

  /// Copies the value out, because a handle that is about to go may be the last one.
  T await(std::stop_token token = {}) && requires std::copy_constructible<T> {
    return std::as_const(*this).await(std::move(token));
  }
  void await(std::stop_token token = {}) && requires(!std::copy_constructible<T>) = delete;

  /// Waits like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. An outcome
  ///     that is there wins over both; a stop wins over a deadline.
  const T& await_until(std::chrono::steady_clock::time_point deadline,
                       std::stop_token token = {}) const& {
    State& state = *checked();
    if (!state.settled()) state.wait(token, deadline);
    return state.outcome().value();
  }
  T await_until(std::chrono::steady_clock::time_point deadline, std::stop_token token = {}) &&
      requires std::copy_constructible<T> {
    return std::as_const(*this).await_until(deadline, std::move(token));
  }
  void await_until(std::chrono::steady_clock::time_point deadline, std::stop_token token = {}) &&
      requires(!std::copy_constructible<T>) = delete;

  /// The outcome as a value, without waiting and without throwing its error.
  /// @throws std::logic_error when it is not ready()
  const Result<T>& result() const {
    const State& state = *checked();
    if (!state.settled()) throw std::logic_error("result() of a future that is not ready");
    return state.outcome();
  }

  /// Calls `fn(outcome)` once, with a `const Result<T>&`: at once in this thread when there is an
  /// outcome, otherwise in the thread that brings it, in the order of registration and after
  /// ready() has become true. No lock is held meanwhile: `fn` may use this future in any way. It
  /// should be short, for the producer waits for it. What it throws is dropped.
  /// @param fn may be move-only; is destroyed when it has run
  template <class F>
  void on_ready(F fn) const {
    const std::shared_ptr<State> state = checked();  // a copy: fn may drop the last handle
    if (state->settled()) {
      detail::CallbackOf<T, F>(std::move(fn)).run(state->outcome());
    } else {
      state->on_settled(std::make_unique<detail::CallbackOf<T, F>>(std::move(fn)));
    }
  }

 private:
  using State = detail::FutureState<T>;

  template <class U>
  friend std::pair<Future<U>, Resolver<U>> make_future();

  explicit Future(std::shared_ptr<State> state) : state_(std::move(state)) {}

  const std::shared_ptr<State>& checked() const {
    if (!state_) throw std::future_error(std::future_errc::no_state);
    return state_;
  }

  std::shared_ptr<State> state_;
};

/// The right to settle a promise. It cannot be copied, only handed on, so that there is always
/// somebody whose duty it is; whoever drops it unsettled breaks the promise.
///
/// Thread-safety: resolve() and reject() may be called from any threads at once. An awaiter that
/// has the outcome, or a callback, may destroy the Resolver although resolve() has not returned
/// yet. Source: Task 5 of the practice tasks.
template <class T>
class Resolver {
 public:
  Resolver() = default;
  Resolver(Resolver&&) noexcept = default;

  /// Breaks the promise that was held before, like the destructor.
  Resolver& operator=(Resolver other) noexcept {
    state_.swap(other.state_);  // `other` takes the old promise along
    return *this;
  }

  /// Rejects with std::future_error, std::future_errc::broken_promise, what is not settled.
  ~Resolver() {
    if (state_ && !state_->settled()) {
      reject(std::make_exception_ptr(std::future_error(std::future_errc::broken_promise)));
    }
  }

  /// Keeps the promise with `value`, unless it is settled already: wakes every awaiter, then runs
  /// the callbacks, in this thread.
  /// @param value is moved under a lock of the promise: T's move constructor must not use it
  /// @return true for the one call that settled the promise
  /// @throws whatever T's move constructor throws; the promise is then pending as before
  /// @throws std::future_error with std::future_errc::no_state without a promise
  bool resolve(T value) { return settle(std::move(value)); }

  /// Like resolve(), with an error.
  /// @throws std::invalid_argument when `error` is null, settled or not: no error is a success
  bool reject(std::exception_ptr error) { return settle(Failure(std::move(error))); }

 private:
  using State = detail::FutureState<T>;

  template <class U>
  friend std::pair<Future<U>, Resolver<U>> make_future();

  explicit Resolver(std::shared_ptr<State> state) : state_(std::move(state)) {}

  template <class Outcome>
  bool settle(Outcome&& outcome) {
    if (!state_) throw std::future_error(std::future_errc::no_state);
    // A copy: an awaiter or a callback may destroy this Resolver before settle() returns.
    const std::shared_ptr<State> state = state_;
    return state->settle(std::forward<Outcome>(outcome));
  }

  std::shared_ptr<State> state_;
};

/// A promise in two capabilities: the Future for whoever asks, the Resolver for whoever answers.
template <class T>
std::pair<Future<T>, Resolver<T>> make_future() {
  auto state = std::make_shared<detail::FutureState<T>>();  // with its counts in one allocation
  return {Future<T>(state), Resolver<T>(std::move(state))};
}

/// Starts `fn` on a thread of its own and returns the future of what becomes of it. Dropping that
/// never blocks, and stops nothing. The process waits at its end for all threads, so work that
/// takes long needs a token that somebody stops.
/// @param fn called once as fn(token) or fn(); may be move-only. void gives a Future<Unit>, a
///     Result<T> a Future<T>; whatever it throws, of any type, rejects the future.
/// @param token handed to `fn`, which is free to ignore it
/// @return a Future<T>
/// @throws std::system_error when no thread can be started
/// Thread-safety: may be called from any thread, but not by destructors of static objects.
template <class F>
auto go(F fn, std::stop_token token = {}) {
  auto work = [fn = std::move(fn), token = std::move(token)]() mutable -> decltype(auto) {
    if constexpr (std::is_invocable_v<F&, std::stop_token>) {
      return std::invoke(fn, std::move(token));
    } else {
      return std::invoke(fn);
    }
  };
  using T = typename CapturedResult<decltype(work)&>::value_type;
  std::pair<Future<T>, Resolver<T>> made = make_future<T>();
  detail::ThreadOwner::instance().start(
      [work = std::move(work), resolver = std::move(made.second)]() mutable {
        // The outer net is for what moving the value may throw.
        const auto kept = capture([&] { return resolver.resolve(capture(work).value()); });
        if (!kept) resolver.reject(kept.error());
      });
  return std::move(made.first);
}

}  // namespace promissory
