// What becomes of the values of a stream on their way to the reader.
#pragma once

#include <cstddef>
#include <stop_token>
#include <type_traits>

#include "s2-stream/stream.hpp"
#include "support/todo.hpp"

namespace promissory {

namespace detail {

/// Given: what the function of a stage returns for a T. It is called with a token if it takes one.
template <class F, class T>
struct StageReturns {
  using type = std::invoke_result_t<F&, T>;
};
template <class F, class T>
requires std::is_invocable_v<F&, T, std::stop_token>
struct StageReturns<F, T> {
  using type = std::invoke_result_t<F&, T, std::stop_token>;
};
template <class F, class T>
using MappedTo = std::remove_cvref_t<typename StageReturns<F, T>::type>;

}  // namespace detail

// What holds for every stage:
//
// - It takes the stream over, and returns another one. It does nothing until that is read, and has
//   no thread: its function runs in the thread that reads, one value after the other.
// - The token of whoever reads goes through all stages: it ends the wait for a value, is asked
//   before each value, and is handed to a function that takes one.
// - When the stream is dropped or comes to its end, by whatever reason, so does everything before
//   it, at once: whoever sends hears that nobody reads any more.
// - What a function throws, of whatever type, is an error that ends the stream.
// - Throws std::future_error with std::future_errc::no_state when `stream` is none.
//
// Thread-safety: that of FutureStream.
// Source: the second stretch challenge of the practice tasks.

/// Transforms each value.
/// @param fn called as fn(T&&) or fn(T&&, std::stop_token); returns a value. May be move-only.
template <class T, class F>
auto map([[maybe_unused]] FutureStream<T> stream, [[maybe_unused]] F fn)
    -> FutureStream<detail::MappedTo<F, T>> {
  todo("map: a stream that pulls from the other one when it is read, and calls fn.");
}

/// Leaves out the values for which `keep` is false.
/// @param keep called as keep(const T&) or keep(const T&, std::stop_token). May be move-only.
template <class T, class F>
FutureStream<T> filter([[maybe_unused]] FutureStream<T> stream, [[maybe_unused]] F keep) {
  todo("filter: pull until keep says yes, the end comes, or the reader is stopped.");
}

/// The first `n` values; less if there are not so many. Everything before it ends with the n-th
/// value, before that is handed out; for an `n` of 0 here.
template <class T>
FutureStream<T> take([[maybe_unused]] FutureStream<T> stream, [[maybe_unused]] std::size_t n) {
  todo("take: count, and let go of the stream with the last value.");
}

}  // namespace promissory
