// A value or the error that came instead, as one thing: from a function, and from a thread.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>

#include "support/todo.hpp"

namespace promissory {

/// The value of work that has none.
using Unit = std::monostate;

/// An error on its way into a Result, in the part that std::unexpected plays for std::expected: an
/// explicit wrapper, so that a Result<std::exception_ptr> can tell its value from its error.
/// Thread-safety: like a value. Source: Task 2 of the practice tasks.
class Failure {
 public:
  /// @throws std::invalid_argument when `error` is null, which would read as success
  explicit Failure([[maybe_unused]] std::exception_ptr error) {
    todo("Failure: refuse a null exception_ptr, keep any other.");
  }

  /// @return never null
  const std::exception_ptr& error() const { todo("Failure::error: return the exception_ptr."); }
};

/// @param exception an exception object, which need not be a std::exception
/// @return a Failure that holds a copy of it
template <class E>
Failure failure([[maybe_unused]] E exception) {
  todo("failure: make a Failure of a std::exception_ptr to the exception.");
}

/// A T, or the exception that came instead; never both, never neither, not even after an assignment
/// that threw. In the shape of std::expected<T, std::exception_ptr> of C++23, but value() throws
/// the error itself. Can be copied exactly when T can. There is no default constructor: a Result of
/// nothing would be valid and of no use to anybody. After a move, assign or destroy it.
///
/// @tparam T an object type; Unit for work without a value
/// Thread-safety: like a T. Source: Task 2 of the practice tasks.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result([[maybe_unused]] T value) { todo("Result(T): hold the value."); }
  Result([[maybe_unused]] Failure failure) { todo("Result(Failure): hold the error."); }

  bool has_value() const { todo("Result::has_value: true when there is a value."); }
  explicit operator bool() const { todo("Result::operator bool: the same as has_value."); }

  /// @return the value
  /// @throws the error, when there is no value
  const T& value() const& { todo("Result::value: return the value or rethrow the error."); }
  T& value() & { todo("Result::value: return the value or rethrow the error."); }
  T&& value() && { todo("Result::value of an rvalue: let the caller move the value out."); }

  /// The value, unchecked. Precondition: has_value().
  const T& operator*() const& { todo("Result::operator*: return the value."); }
  T& operator*() & { todo("Result::operator*: return the value."); }
  T&& operator*() && { todo("Result::operator* of an rvalue: let the caller move it out."); }
  const T* operator->() const { todo("Result::operator->: point to the value."); }
  T* operator->() { todo("Result::operator->: point to the value."); }

  /// @return the error, never null. Precondition: !has_value().
  const std::exception_ptr& error() const { todo("Result::error: return the exception_ptr."); }

  /// @return the value, or `other` when there is an error
  template <class U>
  T value_or([[maybe_unused]] U&& other) const& {
    todo("Result::value_or: a copy of the value, or other.");
  }
  template <class U>
  T value_or([[maybe_unused]] U&& other) && {
    todo("Result::value_or of an rvalue: the value, moved out, or other.");
  }

 private:
  // Keep a T or a Failure here, exactly one of the two at any time.
};

namespace detail {

template <class R>
struct Captured {
  using type = Result<R>;
};
template <>
struct Captured<void> {
  using type = Result<Unit>;
};
template <class T>
struct Captured<Result<T>> {
  using type = Result<T>;
};

}  // namespace detail

/// What becomes of an `F` that is called with `Args` and captured: Result<R> when it returns R or a
/// reference to it, Result<Unit> for void, and Result<R>, not Result<Result<R>>, for Result<R>.
template <class F, class... Args>
using CapturedResult =
    typename detail::Captured<std::remove_cvref_t<std::invoke_result_t<F, Args...>>>::type;

/// Calls `fn` and turns whatever becomes of it into a value: nothing that `fn` throws escapes, of
/// whatever type, nor does an exception from moving its value into the Result.
/// Thread-safety: that of `fn`. Source: Task 2 of the practice tasks.
template <class F>
auto capture([[maybe_unused]] F&& fn) -> CapturedResult<F> {
  todo("capture: call fn, return its value or Unit, and a Failure for anything that it throws.");
}

/// One Result from a thread, to be taken once, and the thread that makes it.
/// The destructor, and an assignment over it, wait for the thread: no work outlives its owner.
/// Thread-safety: one thread at a time. Source: Task 2 of the practice tasks.
template <class T>
class [[nodiscard]] OneShot {
 public:
  /// Waits for the outcome.
  /// @return the value or the error of the work; for the second time, or from a OneShot that was
  ///     moved from, at once the error std::future_error with std::future_errc::no_state
  Result<T> get() { todo("OneShot::get: wait for the outcome and hand it out, once."); }

  /// Like get(), but waits no longer than `timeout`; zero or less means: look, do not wait.
  /// @return std::nullopt after a timeout; nothing is consumed then
  std::optional<Result<T>> get_within(
      [[maybe_unused]] std::chrono::steady_clock::duration timeout) {
    todo("OneShot::get_within: wait no longer than the timeout, then do as get() does.");
  }

 private:
  // Keep the outcome and the thread that makes it here. Which of the two has to be destroyed first?
};

/// Starts `fn` on a thread of its own and hands over its outcome as one Result.
/// @param fn called once without arguments, with the result that capture() describes; may be
///     move-only and may throw anything
/// @throws std::system_error when no thread can be started
/// Thread-safety: may be called from any thread. Source: Task 2 of the practice tasks.
template <class F>
auto run_result([[maybe_unused]] F fn) -> OneShot<typename CapturedResult<F>::value_type> {
  todo("run_result: start a thread that captures the outcome of fn, and own it in a OneShot.");
}

}  // namespace promissory
