// What is to become of an outcome that is not there yet: stage after stage, and no thread waits.
#pragma once

#include <exception>
#include <stop_token>
#include <type_traits>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "support/todo.hpp"

namespace promissory {

namespace detail {

// Given: which T a stage's future has.

/// What then() makes of what `fn` returns: void becomes Unit, a Future<T> or Result<T> becomes T.
template <class R>
struct Flattened {
  using type = R;
};
template <>
struct Flattened<void> {
  using type = Unit;
};
template <class T>
struct Flattened<Result<T>> {
  using type = T;
};
template <class T>
struct Flattened<Future<T>> {
  using type = T;
};

template <class F, class Argument>
using Returned = std::remove_cvref_t<std::invoke_result_t<F&, Argument>>;

/// The T of then()'s future.
template <class F, class Argument>
using ThenValue = typename Flattened<Returned<F, Argument>>::type;

/// The T of map()'s future: whatever `fn` returns, as it is.
template <class F, class Argument>
using MapValue =
    std::conditional_t<std::is_void_v<Returned<F, Argument>>, Unit, Returned<F, Argument>>;

}  // namespace detail

// What holds for every stage:
//
// - It returns at once, and has no thread. `fn` runs in the thread that settles `future`, or here
//   when that is ready. It should be short, and must not wait for a future that this thread is to
//   settle: return that future instead.
// - Order: stages of one future begin in the order in which they were attached. A stage begins
//   after the one that it is attached to has ended, and never inside another one: when this thread
//   is in the middle of a stage, then after that. So a chain of any length needs the stack of one.
// - What `fn` throws, of whatever type, is the error of the stage. `fn` may be move-only, is called
//   at most once, and is destroyed when it has run, was passed by or was stopped.
// - `token`: when it is stopped before the stage has an outcome, the stage is rejected there and
//   then with std::system_error, std::errc::operation_canceled. `fn` is not begun any more. One
//   that runs already goes on, and so does `future`; hand them the token if they are to hear. An
//   outcome that passes `fn` by and is there wins over a stop.
// - Throws std::future_error with std::future_errc::no_state when `future` has no promise.
//
// Thread-safety: may be called from any threads at once, on the same future, too.
// Source: Task 10 of the practice tasks.

/// Goes on with a value; an error passes by.
/// @param fn called as fn(const T&). A Future<U> or a Result<U> that it returns is flattened, one
///     level deep: what becomes of it becomes of the stage. void is Unit, a U is the value.
/// @return a Future<U>. It is rejected with std::future_errc::no_state when `fn` returns a future
///     without a promise, and with std::errc::resource_deadlock_would_occur when it returns this
///     very future. (One that waits for this one in a roundabout way is not found out.)
///     A U that comes in a future is copied out of it.
template <class T, class F>
auto then([[maybe_unused]] Future<T> future, [[maybe_unused]] F fn,
          [[maybe_unused]] std::stop_token token = {}) -> Future<detail::ThenValue<F, const T&>> {
  todo("then: call fn with the value and settle a new future with what it returns, flattened.");
}

/// Transforms a value; an error passes by.
/// @param fn called as fn(const T&). What it returns is the value as it is, also when that is a
///     Future or a Result; void is Unit.
template <class T, class F>
auto map([[maybe_unused]] Future<T> future, [[maybe_unused]] F fn,
         [[maybe_unused]] std::stop_token token = {}) -> Future<detail::MapValue<F, const T&>> {
  todo("map: call fn with the value and settle a new future with what it returns, as it is.");
}

/// Makes something of an error; a value passes by, as a copy.
/// @param fn called as fn(std::exception_ptr), never null. Returns a T, a Result<T> or a Future<T>,
///     which is flattened as by then(). To give the error on, rethrow it, or another one.
template <class T, class F>
Future<T> recover([[maybe_unused]] Future<T> future, [[maybe_unused]] F fn,
                  [[maybe_unused]] std::stop_token token = {}) {
  todo("recover: call fn with the error and settle a new future; let a value pass by.");
}

}  // namespace promissory
