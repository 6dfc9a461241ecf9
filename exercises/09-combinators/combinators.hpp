// One future made of many: all of them, the first success, the fastest, whatever becomes of each.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <exception>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Nothing succeeded of what one success would have been enough for.
/// Thread-safety: like a value; copies share the errors, which never change.
/// Source: Task 9 of the practice tasks.
class AggregateError : public std::runtime_error {
 public:
  /// @param errors one for each input, in the order of the inputs
  explicit AggregateError([[maybe_unused]] std::vector<std::exception_ptr> errors)
      : std::runtime_error("") {
    todo("AggregateError: keep the errors, and say in what() that nothing succeeded.");
  }

  /// @return every error, in the order of the inputs; empty when there were no inputs
  const std::vector<std::exception_ptr>& errors() const noexcept {
    todo("AggregateError::errors: give out the errors, in the order of the inputs.");
  }
};

/// The value of one of many futures, and which one it was.
template <class T>
struct Indexed {
  std::size_t index;  ///< counted from 0
  T value;
};

namespace detail {

// Given: what counts as a list and as a pack of futures.

template <class F>
struct FutureTraits : std::false_type {};
template <class T>
struct FutureTraits<Future<T>> : std::true_type {
  using value_type = T;
};

template <class F>
concept AnyFuture = FutureTraits<F>::value;

/// The T of a Future<T>.
template <AnyFuture F>
using ValueOf = typename FutureTraits<F>::value_type;

/// A vector, span or array of futures of one type.
template <class List>
concept FutureList =
    std::ranges::contiguous_range<const List> && AnyFuture<std::ranges::range_value_t<const List>>;

template <FutureList List>
using ValueIn = ValueOf<std::ranges::range_value_t<const List>>;

/// Calls `fn(futures, losers)` with a tuple of the futures among `args`, and the std::stop_source
/// that may be the last of them; without one, `losers` is one that asks nobody.
template <class Fn, class... Args>
auto with_losers(Fn fn, const Args&... args) {
  const auto tied = std::tie(args...);
  constexpr std::size_t last = sizeof...(Args) - 1;
  if constexpr (AnyFuture<std::tuple_element_t<last, std::tuple<Args...>>>) {
    return fn(std::tuple(args...), std::stop_source(std::nostopstate));
  } else {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return fn(std::tuple(std::get<i>(tied)...), std::get<last>(tied));
    }
    (std::make_index_sequence<last>());
  }
}

/// The futures of a tuple, all of one type, as an array.
template <class... Futures>
auto as_array(const std::tuple<Futures...>& futures) {
  return std::apply([](const auto&... each) { return std::array{each...}; }, futures);
}

/// Futures, one at least, and perhaps a std::stop_source after them.
template <class... Args>
concept FuturePack = AnyFuture<std::tuple_element_t<0, std::tuple<Args...>>> &&
    ((AnyFuture<Args> || std::same_as<Args, std::stop_source>)&&...);

}  // namespace detail

// What holds for every combinator:
//
// - It returns at once. It has no thread: the outcome is settled in the thread that settles the
//   input which decides, or here when the inputs that are ready decide already.
// - It takes a list (a vector, span or array of Future<T>), a std::tuple of futures, or the futures
//   themselves, one at least, of any number of types where the result has room for them. Inputs are
//   read, not consumed: a T is copied out. What is in the list may change or go afterwards.
// - A promise that was broken is an error like any other.
// - `losers`, which may come last, is asked to stop when one input has decided alone: before
//   anybody can see the outcome, and in the same thread. It is not asked when it took all of the
//   inputs to decide. Producers hear of it when they work under a token of this source. Nothing
//   stops an input that is given no token; its outcome is dropped.
// - An input that takes longer keeps neither the outcome nor other inputs alive.
// - Throws std::future_error with std::future_errc::no_state at once, before anything else happens,
//   when an input is a Future without a promise. When copying a T throws, that is the outcome.
//
// Thread-safety: may be called from any threads at once, on the same inputs, too.
// Source: Task 9 of the practice tasks.

/// All values, in the order of the inputs, in a vector for a list and in a tuple otherwise.
/// @return is rejected with the first error in time, as soon as there is one; for an empty list,
///     ready and empty
template <detail::FutureList List>
Future<std::vector<detail::ValueIn<List>>> all(
    [[maybe_unused]] const List& futures,
    [[maybe_unused]] std::stop_source losers = std::stop_source(std::nostopstate)) {
  todo("all: gather every value of the list in order, or fail with the first error in time.");
}
template <class... Ts>
Future<std::tuple<Ts...>> all(
    [[maybe_unused]] const std::tuple<Future<Ts>...>& futures,
    [[maybe_unused]] std::stop_source losers = std::stop_source(std::nostopstate)) {
  todo("all: the same for a tuple of futures, whose types differ.");
}
template <class... Args>
auto all(const Args&... futures_and_losers) requires detail::FuturePack<Args...> {
  return detail::with_losers(
      [](const auto& futures, const auto& losers) { return all(futures, losers); },
      futures_and_losers...);
}

/// The first success. All inputs have one type.
/// @return is rejected with an AggregateError when none succeeds, one without errors for an empty
///     list
template <detail::FutureList List>
Future<detail::ValueIn<List>> first(
    [[maybe_unused]] const List& futures,
    [[maybe_unused]] std::stop_source losers = std::stop_source(std::nostopstate)) {
  todo("first: settle with the first success; when none succeeds, tell every error.");
}
template <class... Args>
auto first(const Args&... futures_and_losers) requires detail::FuturePack<Args...> {
  return detail::with_losers(
      [](const auto& futures, const auto& losers) {
        return first(detail::as_array(futures), losers);
      },
      futures_and_losers...);
}

/// The first success, and which input it came from: an Indexed<T> for a list, otherwise a
/// std::variant whose index() is that of the input.
/// @return is rejected like first()
template <detail::FutureList List>
Future<Indexed<detail::ValueIn<List>>> any(
    [[maybe_unused]] const List& futures,
    [[maybe_unused]] std::stop_source losers = std::stop_source(std::nostopstate)) {
  todo("any: the first success of the list, with the index of its input.");
}
template <class... Ts>
Future<std::variant<Ts...>> any(
    [[maybe_unused]] const std::tuple<Future<Ts>...>& futures,
    [[maybe_unused]] std::stop_source losers = std::stop_source(std::nostopstate)) {
  todo("any: the first success of a tuple, in the variant's alternative of its input.");
}
template <class... Args>
auto any(const Args&... futures_and_losers) requires detail::FuturePack<Args...> {
  return detail::with_losers(
      [](const auto& futures, const auto& losers) { return any(futures, losers); },
      futures_and_losers...);
}

/// The first outcome, be it a value or an error. All inputs have one type.
/// @return is rejected with std::invalid_argument for an empty list: there will be no outcome
template <detail::FutureList List>
Future<detail::ValueIn<List>> race(
    [[maybe_unused]] const List& futures,
    [[maybe_unused]] std::stop_source losers = std::stop_source(std::nostopstate)) {
  todo("race: settle with the first outcome of any kind.");
}
template <class... Args>
auto race(const Args&... futures_and_losers) requires detail::FuturePack<Args...> {
  return detail::with_losers(
      [](const auto& futures, const auto& losers) {
        return race(detail::as_array(futures), losers);
      },
      futures_and_losers...);
}

/// Every outcome, a value or an error, in the order of the inputs, once all are there: a vector of
/// Results for a list, a tuple of Results otherwise. There are no losers.
/// @return is never rejected by an input; for an empty list, ready and empty
template <detail::FutureList List>
Future<std::vector<Result<detail::ValueIn<List>>>> wait_all([[maybe_unused]] const List& futures) {
  todo("wait_all: gather the Result of every input once all are there.");
}
template <class... Ts>
Future<std::tuple<Result<Ts>...>> wait_all(
    [[maybe_unused]] const std::tuple<Future<Ts>...>& futures) {
  todo("wait_all: the same for a tuple of futures, whose types differ.");
}
template <detail::AnyFuture... Futures>
auto wait_all(const Futures&... futures) {
  return wait_all(std::tuple(futures...));
}

}  // namespace promissory
