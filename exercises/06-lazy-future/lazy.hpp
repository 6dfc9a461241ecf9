// Work that waits until somebody wants it, and then is done once for everybody.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "support/todo.hpp"

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
  explicit Lazy([[maybe_unused]] F fn) {
    todo("Lazy: keep the function for the first awaiter; run nothing yet.");
  }

  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  /// Asks the work to stop, if it is still running, and waits until it has ended.
  ~Lazy() {
    // TODO: ask the work to stop and wait until it has ended. (There is none yet: todo() here would
    // end the process.)
  }

  /// Waits for the outcome; begins the work if nobody has.
  /// @param token stops this wait, no other one, and never the work. When it is stopped already and
  ///     there is no outcome, nothing is begun: nobody would wait for it.
  /// @return the value, the same object for everybody; it lives as long as the Lazy
  /// @throws what the work threw, the same exception object for everybody
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first;
  ///     when no thread can be started, that error, and the next await() tries again
  const T& await([[maybe_unused]] std::stop_token token = {}) {
    todo("Lazy::await: begin the work if nobody has, then wait for its outcome or the token.");
  }

  /// Waits like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait, and begin nothing
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. An outcome
  ///     that is there wins over both; a stop wins over a deadline.
  const T& await_until([[maybe_unused]] std::chrono::steady_clock::time_point deadline,
                       [[maybe_unused]] std::stop_token token = {}) {
    todo("Lazy::await_until: like await(), but give up with timed_out at the deadline.");
  }

  /// @return true once there is an outcome, for ever after. Begins nothing.
  bool ready() const noexcept {
    todo("Lazy::ready: say whether there is an outcome; begin nothing.");
  }
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
  explicit RetryLazy([[maybe_unused]] F fn) {
    todo("RetryLazy: keep the function for as many attempts as it takes; run nothing yet.");
  }

  RetryLazy(const RetryLazy&) = delete;
  RetryLazy& operator=(const RetryLazy&) = delete;

  /// Waits until no attempt runs. (One that does has been asked to stop: nobody waits for it.)
  ~RetryLazy() {
    // TODO: wait until no attempt runs. (There is none yet: todo() here would end the process.)
  }

  /// Waits for the value, or for the end of one attempt; begins one if none is there to join.
  /// @param token stops this wait. Never the work, unless nobody else waits for it. When it is
  ///     stopped already and there is no value, nothing is begun.
  /// @return the value, the same object for everybody; it lives as long as the RetryLazy
  /// @throws what the attempt threw that this call took part in, the same exception object for all
  ///     who did
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first;
  ///     when no thread can be started, that error
  const T& await([[maybe_unused]] std::stop_token token = {}) {
    todo(
        "RetryLazy::await: take part in the current attempt or begin one; leave it if you give "
        "up.");
  }

  /// Waits like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait, and begin nothing
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. What is
  ///     there wins over both; a stop wins over a deadline.
  const T& await_until([[maybe_unused]] std::chrono::steady_clock::time_point deadline,
                       [[maybe_unused]] std::stop_token token = {}) {
    todo("RetryLazy::await_until: like await(), but give up with timed_out at the deadline.");
  }

  /// @return true once there is a value, for ever after. Begins nothing.
  bool ready() const noexcept {
    todo("RetryLazy::ready: say whether there is a value; begin nothing.");
  }
};

template <class F>
RetryLazy(F) -> RetryLazy<detail::MadeBy<F>>;

}  // namespace promissory
