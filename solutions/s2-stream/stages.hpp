// What becomes of the values of a stream on their way to the reader.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "s2-stream/stream.hpp"

namespace promissory {

namespace detail {

/// What the function of a stage returns for a T; it is called with a token if it takes one.
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

template <class F, class T>
decltype(auto) call_stage(F& fn, T&& value, const std::stop_token& token) {
  if constexpr (std::is_invocable_v<F&, T, std::stop_token>) {
    return std::invoke(fn, std::forward<T>(value), token);
  } else {
    return std::invoke(fn, std::forward<T>(value));
  }
}

// A stage is a source that pulls from another one when it is asked, with the token of whoever asks.
// It has no thread and holds no values, so there is nothing in it that could be left behind.

template <class T, class U, class F>
class Mapped final : public Source<U> {
 public:
  Mapped(FutureStream<T> values, F fn) : values_(std::move(values)), fn_(std::move(fn)) {}

  std::optional<U> next(const std::stop_token& token) override {
    std::optional<T> value = values_.pull(token);
    if (!value) return std::nullopt;
    return call_stage(fn_, std::move(*value), token);
  }

 private:
  FutureStream<T> values_;
  F fn_;
};

template <class T, class F>
class Filtered final : public Source<T> {
 public:
  Filtered(FutureStream<T> values, F keep) : values_(std::move(values)), keep_(std::move(keep)) {}

  std::optional<T> next(const std::stop_token& token) override {
    // However many it passes over, each pull() looks at the token.
    while (std::optional<T> value = values_.pull(token)) {
      if (call_stage(keep_, std::as_const(*value), token)) return value;
    }
    return std::nullopt;
  }

 private:
  FutureStream<T> values_;
  F keep_;
};

template <class T>
class Taken final : public Source<T> {
 public:
  Taken(FutureStream<T> values, std::size_t n) : values_(std::move(values)), left_(n) { leave(); }

  std::optional<T> next(const std::stop_token& token) override {
    if (left_ == 0) return std::nullopt;
    std::optional<T> value = values_.pull(token);
    left_ = value ? left_ - 1 : 0;
    leave();
    return value;
  }

 private:
  /// With the last value, not when somebody asks for one more: perhaps nobody does.
  void leave() {
    if (left_ == 0) values_ = FutureStream<T>();
  }

  FutureStream<T> values_;
  std::size_t left_;
};

template <class T>
FutureStream<T> checked(FutureStream<T> stream) {
  if (!stream.valid()) throw std::future_error(std::future_errc::no_state);
  return stream;
}

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
auto map(FutureStream<T> stream, F fn) -> FutureStream<detail::MappedTo<F, T>> {
  using U = detail::MappedTo<F, T>;
  return FutureStream<U>(
      std::make_unique<detail::Mapped<T, U, F>>(detail::checked(std::move(stream)), std::move(fn)));
}

/// Leaves out the values for which `keep` is false.
/// @param keep called as keep(const T&) or keep(const T&, std::stop_token). May be move-only.
template <class T, class F>
FutureStream<T> filter(FutureStream<T> stream, F keep) {
  return FutureStream<T>(std::make_unique<detail::Filtered<T, F>>(
      detail::checked(std::move(stream)), std::move(keep)));
}

/// The first `n` values; less if there are not so many. Everything before it ends with the n-th
/// value, before that is handed out; for an `n` of 0 here.
template <class T>
FutureStream<T> take(FutureStream<T> stream, std::size_t n) {
  return FutureStream<T>(std::make_unique<detail::Taken<T>>(detail::checked(std::move(stream)), n));
}

}  // namespace promissory
