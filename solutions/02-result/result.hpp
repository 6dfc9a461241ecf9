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

namespace promissory {

/// The value of work that has none.
using Unit = std::monostate;

/// An error on its way into a Result, in the part that std::unexpected plays for std::expected: an
/// explicit wrapper, so that a Result<std::exception_ptr> can tell its value from its error.
/// Thread-safety: like a value. Source: Task 2 of the practice tasks.
class Failure {
 public:
  /// @throws std::invalid_argument when `error` is null, which would read as success
  explicit Failure(std::exception_ptr error) : error_(std::move(error)) {
    if (!error_) throw std::invalid_argument("a Failure needs an exception");
  }

  // Copied also where it could be moved: a Failure that was moved from would hold no error.
  Failure(const Failure&) = default;
  Failure& operator=(const Failure&) = default;
  ~Failure() = default;

  /// @return never null
  const std::exception_ptr& error() const noexcept { return error_; }

 private:
  std::exception_ptr error_;
};

/// @param exception an exception object, which need not be a std::exception
/// @return a Failure that holds a copy of it
template <class E>
Failure failure(E exception) {
  return Failure(std::make_exception_ptr(std::move(exception)));
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

  Result(T value) : value_(std::move(value)) {}
  Result(Failure failure) : error_(failure.error()) {}

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// @return the value
  /// @throws the error, when there is no value
  const T& value() const& { return *checked().value_; }
  T& value() & { return *checked().value_; }
  T&& value() && { return *std::move(checked().value_); }

  /// The value, unchecked. Precondition: has_value().
  const T& operator*() const& noexcept { return *value_; }
  T& operator*() & noexcept { return *value_; }
  T&& operator*() && noexcept { return *std::move(value_); }
  const T* operator->() const noexcept { return &*value_; }
  T* operator->() noexcept { return &*value_; }

  /// @return the error, never null. Precondition: !has_value().
  const std::exception_ptr& error() const noexcept { return error_; }

  /// @return the value, or `other` when there is an error
  template <class U>
  T value_or(U&& other) const& {
    return value_.value_or(std::forward<U>(other));
  }
  template <class U>
  T value_or(U&& other) && {
    return std::move(value_).value_or(std::forward<U>(other));
  }

 private:
  const Result& checked() const {
    if (!value_) std::rethrow_exception(error_);
    return *this;
  }
  Result& checked() {
    std::as_const(*this).checked();
    return *this;
  }

  // Exactly one is there. Not a variant, which an assignment that throws may leave with neither:
  // these two are assigned one after the other, in this order, so the error stays until the value
  // is in.
  std::optional<T> value_;
  std::exception_ptr error_;
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
auto capture(F&& fn) -> CapturedResult<F> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
      std::invoke(std::forward<F>(fn));
      return Unit{};
    } else {
      return std::invoke(std::forward<F>(fn));
    }
  } catch (...) {  // also what is no std::exception: this may be the last frame of a thread
    return Failure(std::current_exception());
  }
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
  Result<T> get() {
    if (!outcome_.valid()) return failure(std::future_error(std::future_errc::no_state));
    return capture([this] { return outcome_.get(); });  // throws only what moving a T throws
  }

  /// Like get(), but waits no longer than `timeout`; zero or less means: look, do not wait.
  /// @return std::nullopt after a timeout; nothing is consumed then
  std::optional<Result<T>> get_within(std::chrono::steady_clock::duration timeout) {
    if (outcome_.valid() && outcome_.wait_for(timeout) != std::future_status::ready) {
      return std::nullopt;
    }
    return get();
  }

 private:
  template <class F>
  friend auto run_result(F fn) -> OneShot<typename CapturedResult<F>::value_type>;

  OneShot(std::future<Result<T>> outcome, std::jthread producer)
      : outcome_(std::move(outcome)), producer_(std::move(producer)) {}

  std::future<Result<T>> outcome_;  // one channel: value and error cannot arrive in the wrong order
  std::jthread producer_;
};

/// Starts `fn` on a thread of its own and hands over its outcome as one Result.
/// @param fn called once without arguments, with the result that capture() describes; may be
///     move-only and may throw anything
/// @throws std::system_error when no thread can be started
/// Thread-safety: may be called from any thread. Source: Task 2 of the practice tasks.
template <class F>
auto run_result(F fn) -> OneShot<typename CapturedResult<F>::value_type> {
  using T = typename CapturedResult<F>::value_type;
  std::packaged_task<Result<T>()> task(
      [fn = std::move(fn)]() mutable { return capture(std::move(fn)); });
  auto outcome = task.get_future();
  return OneShot<T>(std::move(outcome), std::jthread(std::move(task)));
}

}  // namespace promissory
