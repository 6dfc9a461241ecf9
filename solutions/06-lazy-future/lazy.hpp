// Work that waits until somebody wants it, and then is done once for everybody.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"

namespace promissory {

namespace detail {

/// Given, not to be written: a function of any type, which need not be copyable.
template <class T>
class Maker {
 public:
  virtual ~Maker() = default;

  /// @return what the function returns; Unit for void, and for a Result what it holds
  /// @throws what the function throws, or the error of the Result
  virtual T make(const std::stop_token& token) = 0;
};

template <class F>
decltype(auto) call_with(F& fn, const std::stop_token& token) {
  if constexpr (std::invocable<F&, std::stop_token>) {
    return std::invoke(fn, token);
  } else {
    return std::invoke(fn);
  }
}

template <class T, class F>
class MakerOf final : public Maker<T> {
 public:
  explicit MakerOf(F fn) : fn_(std::move(fn)) {}

  T make(const std::stop_token& token) override {
    return capture([&]() -> decltype(auto) { return call_with(fn_, token); }).value();
  }

 private:
  F fn_;
};

template <class F>
concept MakesSomething = std::invocable<F&> || std::invocable<F&, std::stop_token>;

/// The T that a function makes.
template <class F>
using MadeBy = typename CapturedResult<decltype(&call_with<F>), F&, std::stop_token>::value_type;

}  // namespace detail

/// A T that nobody has asked for yet. The first await() begins the work, on a thread that the Lazy
/// owns, and everybody gets the one outcome, a value or an error, then and ever after.
///
/// The work belongs to the Lazy and not to whoever happened to ask first. An awaiter that gives up,
/// also the first, also the last, stops nothing: the work is asked to stop by the destructor only.
/// Await it from inside the function, and it throws std::system_error with
/// std::errc::resource_deadlock_would_occur instead of waiting for itself.
///
/// T is an object type. It may be move-only and needs neither a default constructor nor assignment.
/// Thread-safety: all members may be called from any threads at once; destroy it when nobody is in
/// await() any more. Source: Task 6 of the practice tasks.
template <class T>
class Lazy {
 public:
  /// Keeps `fn`; runs nothing.
  /// @param fn called once at most, as fn(token) or fn(); may be move-only. It makes a T, a
  ///     Result<T>, or nothing (then T is Unit); whatever it throws is an outcome, too. It is
  ///     destroyed, with what it keeps alive, once it has served, or with the Lazy.
  template <detail::MakesSomething F>
  explicit Lazy(F fn) : maker_(std::make_unique<detail::MakerOf<T, F>>(std::move(fn))) {
    std::tie(future_, resolver_) = make_future<T>();
  }

  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  /// Asks the work to stop, if it is still running, and waits until it has ended.
  ~Lazy() = default;  // thread_ does: it is the last member, so it goes first

  /// Waits for the outcome; begins the work if nobody has.
  /// @param token stops this wait, no other one, and never the work. When it is stopped already and
  ///     there is no outcome, nothing is begun: nobody would wait for it.
  /// @return the value, the same object for everybody; it lives as long as the Lazy
  /// @throws what the work threw, the same exception object for everybody
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first;
  ///     when no thread can be started, that error, and the next await() tries again
  const T& await(std::stop_token token = {}) {
    if (!token.stop_requested()) begin();
    return future_.await(std::move(token));
  }

  /// Waits like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait, and begin nothing
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. An outcome
  ///     that is there wins over both; a stop wins over a deadline.
  const T& await_until(std::chrono::steady_clock::time_point deadline, std::stop_token token = {}) {
    if (!token.stop_requested() && std::chrono::steady_clock::now() < deadline) begin();
    return future_.await_until(deadline, std::move(token));
  }

  /// @return true once there is an outcome, for ever after. Begins nothing.
  bool ready() const noexcept { return future_.ready(); }

 private:
  void begin() {
    if (future_.ready()) return;
    // The lock makes the question and the start one step. Not std::call_once: the first awaiter
    // must be as free to give up as any other, and a thread that cannot start must be tried again.
    std::lock_guard lock(mutex_);
    if (!thread_.joinable()) {
      thread_ = std::jthread([this](const std::stop_token& ending) { run(ending); });
    } else if (thread_.get_id() == std::this_thread::get_id()) {
      throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
    }
  }

  /// @param ending stopped by the destructor, and by nobody else
  void run(const std::stop_token& ending) {
    const auto kept =
        capture([&] { return resolver_.resolve(std::exchange(maker_, nullptr)->make(ending)); });
    if (!kept) resolver_.reject(kept.error());
  }

  // Only the thread uses the maker and the resolver: no lock.
  std::unique_ptr<detail::Maker<T>> maker_;
  Future<T> future_;
  Resolver<T> resolver_;
  std::mutex mutex_;
  std::jthread thread_;  // guarded by mutex_
};

template <class F>
Lazy(F) -> Lazy<detail::MadeBy<F>>;

/// A Lazy that a failure does not spoil. Work that succeeds is done once, and its value kept for
/// ever. An attempt that fails is told to exactly those who waited for it, and the next await()
/// begins another one.
///
/// Everybody who waits takes part in the current attempt:
///
///     nobody asks ──await()──> an attempt runs ──fails──> told to its waiters; nobody asks
///                                  │      └────succeeds──> the value, for ever
///                   its last waiter gives up
///                                  v
///                              it is asked to stop; whoever comes now takes part in the next one,
///                              which begins when this one has ended
///
/// At most one attempt runs at a time, also while one that was stopped takes its time. Nobody is
/// told of an attempt that they did not wait for, with one exception, a happy one: when an
/// attempt succeeds although it was asked to stop, it has succeeded, for everybody.
/// Await it from inside the function, and it throws std::system_error with
/// std::errc::resource_deadlock_would_occur instead of waiting for itself.
///
/// T is an object type. It may be move-only and needs neither a default constructor nor assignment.
/// Thread-safety: all members may be called from any threads at once; destroy it when nobody is in
/// await() any more. Source: Task 6 of the practice tasks, mended.
template <class T>
class RetryLazy {
 public:
  /// Keeps `fn`; runs nothing.
  /// @param fn called once for each attempt, as fn(token) or fn(), never twice at a time; may be
  ///     move-only. It makes a T, a Result<T>, or nothing (then T is Unit); whatever it throws is
  ///     the error of this attempt. It is destroyed when it has succeeded, or with the RetryLazy.
  template <detail::MakesSomething F>
  explicit RetryLazy(F fn) : maker_(std::make_unique<detail::MakerOf<T, F>>(std::move(fn))) {
    std::tie(kept_, keep_) = make_future<T>();
  }

  RetryLazy(const RetryLazy&) = delete;
  RetryLazy& operator=(const RetryLazy&) = delete;

  /// Waits until no attempt runs. (One that does has been asked to stop: nobody waits for it.)
  ~RetryLazy() = default;  // thread_ does: it is the last member, so it goes first

  /// Waits for the value, or for the end of one attempt; begins one if none is there to join.
  /// @param token stops this wait. Never the work, unless nobody else waits for it. When it is
  ///     stopped already and there is no value, nothing is begun.
  /// @return the value, the same object for everybody; it lives as long as the RetryLazy
  /// @throws what the attempt threw that this call took part in, the same exception object for all
  ///     who did
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first;
  ///     when no thread can be started, that error
  const T& await(std::stop_token token = {}) {
    if (token.stop_requested()) return kept_.await(std::move(token));  // there is a value, or not
    return take_part([&](const Future<Unit>& over) { over.await(token); });
  }

  /// Waits like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait, and begin nothing
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. What is
  ///     there wins over both; a stop wins over a deadline.
  const T& await_until(std::chrono::steady_clock::time_point deadline, std::stop_token token = {}) {
    if (token.stop_requested() || deadline <= std::chrono::steady_clock::now()) {
      return kept_.await_until(deadline, std::move(token));
    }
    return take_part([&](const Future<Unit>& over) { over.await_until(deadline, token); });
  }

  /// @return true once there is a value, for ever after. Begins nothing.
  bool ready() const noexcept { return kept_.ready(); }

 private:
  struct Attempt {
    Future<Unit> over;  // rejected with the error of the attempt; resolved when there is a value
    Resolver<Unit> end;
    std::stop_source stop;
    int waiters = 0;  // guarded by mutex_
  };

  /// @param wait waits for the end of an attempt, and throws what it failed with, or gives up
  template <class Wait>
  const T& take_part(Wait wait) {
    if (kept_.ready()) return kept_.await();
    if (const std::shared_ptr<Attempt> attempt = join()) {
      try {
        wait(attempt->over);
      } catch (...) {
        leave(*attempt);
        throw;
      }
    }
    return kept_.await();
  }

  /// @return null when there is a value after all
  std::shared_ptr<Attempt> join() {
    std::lock_guard lock(mutex_);
    // Asked again under the lock: the attempt may have succeeded and gone since the caller looked,
    // and must not be made again.
    if (kept_.ready()) return nullptr;
    if (is_running_ && thread_.get_id() == std::this_thread::get_id()) {
      throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
    }
    if (!wanted_) {
      auto fresh = std::make_shared<Attempt>();
      std::tie(fresh->over, fresh->end) = make_future<Unit>();
      if (!is_running_) {
        // Joins the thread before this one, which needs the lock no more. Throws, if it does, while
        // nothing has changed.
        thread_ = std::jthread([this] { run_attempts(); });
        is_running_ = true;
      }
      wanted_ = std::move(fresh);
    }
    ++wanted_->waiters;
    return wanted_;
  }

  /// For one who has not got the value: gave up, or was told of the failure.
  void leave(Attempt& attempt) {
    {
      std::lock_guard lock(mutex_);
      if (--attempt.waiters > 0 || wanted_.get() != &attempt) return;
      wanted_ = nullptr;  // before the stop: nobody may join what is about to be cancelled
    }
    attempt.stop.request_stop();  // not under the lock: it calls what the work has registered
  }

  void run_attempts() {
    std::unique_lock lock(mutex_);
    while (wanted_) {  // also when it was the next one already, after one that had to stop
      const std::shared_ptr<Attempt> attempt = wanted_;
      lock.unlock();
      const auto outcome =
          capture([&] { return keep_.resolve(maker_->make(attempt->stop.get_token())); });
      if (outcome) maker_ = nullptr;
      lock.lock();
      // If all its waiters have left, it is not wanted any more, and a failure is news to nobody.
      if (!outcome && wanted_ != attempt) continue;
      // Taken away before anybody hears of it: who is told of a failure and awaits again must not
      // join what is over.
      const std::shared_ptr<Attempt> told = std::exchange(wanted_, nullptr);
      if (!told) continue;
      if (outcome) {
        told->end.resolve({});
      } else {
        told->end.reject(outcome.error());
      }
    }
    is_running_ = false;
  }

  std::unique_ptr<detail::Maker<T>> maker_;  // used by the one thread that runs attempts
  Future<T> kept_;
  Resolver<T> keep_;
  std::mutex mutex_;
  std::shared_ptr<Attempt> wanted_;  // guarded by mutex_; the attempt that newcomers join
  bool is_running_ = false;          // guarded by mutex_; is a thread in run_attempts()?
  std::jthread thread_;              // guarded by mutex_
};

template <class F>
RetryLazy(F) -> RetryLazy<detail::MadeBy<F>>;

}  // namespace promissory
