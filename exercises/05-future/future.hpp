// A value that will exist, the right to read it, and the right to write it.
#pragma once

#include <chrono>
#include <concepts>
#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "support/todo.hpp"

namespace promissory {

namespace detail {

/// Given, not to be written: owns the threads of go(). None is detached, and all have ended when
/// main() has.
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
  bool valid() const noexcept { todo("Future::valid: say whether there is a shared state."); }

  /// @return true once there is an outcome, for ever after; false without a promise
  bool ready() const noexcept { todo("Future::ready: ask the shared state, if there is one."); }

  /// @return whether both are handles to the same promise, or both to none
  friend bool operator==(const Future&, const Future&) noexcept = default;

  /// Waits for the outcome.
  /// @param token stops this wait, no other one, and not the producer; an outcome that is there
  ///     wins over a stop that is there too
  /// @return the value, the same object for everybody; it lives as long as any handle does
  /// @throws the error the promise was rejected with, the same exception object for everybody
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first
  const T& await([[maybe_unused]] std::stop_token token = {}) const& {
    todo("Future::await: sleep until there is an outcome or the token is stopped; hand it out.");
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
  const T& await_until([[maybe_unused]] std::chrono::steady_clock::time_point deadline,
                       [[maybe_unused]] std::stop_token token = {}) const& {
    todo("Future::await_until: like await(), but give up with timed_out at the deadline.");
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
    todo("Future::result: give out the outcome as it is, a value or an error, if it is there.");
  }

  /// Calls `fn(outcome)` once, with a `const Result<T>&`: at once in this thread when there is an
  /// outcome, otherwise in the thread that brings it, in the order of registration and after
  /// ready() has become true. No lock is held meanwhile: `fn` may use this future in any way. It
  /// should be short, for the producer waits for it. What it throws is dropped.
  /// @param fn may be move-only; is destroyed when it has run
  template <class F>
  void on_ready([[maybe_unused]] F fn) const {
    todo("Future::on_ready: call fn now or when settled, exactly once, and without a lock.");
  }
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
  Resolver& operator=([[maybe_unused]] Resolver&& other) noexcept {
    todo("Resolver::operator=: break the old promise if it is unsettled, then take the other.");
  }

  /// Rejects with std::future_error, std::future_errc::broken_promise, what is not settled.
  ~Resolver() {
    // TODO: break the promise if it is unsettled. (It has none yet: todo() here would end the
    // process.)
  }

  /// Keeps the promise with `value`, unless it is settled already: wakes every awaiter, then runs
  /// the callbacks, in this thread.
  /// @param value is moved under a lock of the promise: T's move constructor must not use it
  /// @return true for the one call that settled the promise
  /// @throws whatever T's move constructor throws; the promise is then pending as before
  /// @throws std::future_error with std::future_errc::no_state without a promise
  bool resolve([[maybe_unused]] T value) {
    todo("Resolver::resolve: store the value if it is the first outcome; wake, then call back.");
  }

  /// Like resolve(), with an error.
  /// @throws std::invalid_argument when `error` is null, settled or not: no error is a success
  bool reject([[maybe_unused]] std::exception_ptr error) {
    todo("Resolver::reject: store the error if it is the first outcome; wake, then call back.");
  }
};

/// A promise in two capabilities: the Future for whoever asks, the Resolver for whoever answers.
template <class T>
std::pair<Future<T>, Resolver<T>> make_future() {
  todo("make_future: make one shared state, and give each side its right to it.");
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
  // Given: a callable without arguments, and the T of its outcome.
  [[maybe_unused]] auto work = [fn = std::move(fn),
                                token = std::move(token)]() mutable -> decltype(auto) {
    if constexpr (std::is_invocable_v<F&, std::stop_token>) {
      return std::invoke(fn, std::move(token));
    } else {
      return std::invoke(fn);
    }
  };
  using T = typename CapturedResult<decltype(work)&>::value_type;
  todo("go: make a pair, run `work` on an owned thread, settle with what becomes of it.");
  return Future<T>();
}

}  // namespace promissory
