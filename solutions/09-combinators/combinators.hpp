// One future made of many: all of them, the first success, the fastest, whatever becomes of each.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <ranges>
#include <span>
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

namespace promissory {

/// Nothing succeeded of what one success would have been enough for.
/// Thread-safety: like a value; copies share the errors, which never change.
/// Source: Task 9 of the practice tasks.
class AggregateError : public std::runtime_error {
 public:
  /// @param errors one for each input, in the order of the inputs
  explicit AggregateError(std::vector<std::exception_ptr> errors)
      : std::runtime_error("none of " + std::to_string(errors.size()) + " futures succeeded"),
        errors_(std::make_shared<const std::vector<std::exception_ptr>>(std::move(errors))) {}

  /// @return every error, in the order of the inputs; empty when there were no inputs
  const std::vector<std::exception_ptr>& errors() const noexcept { return *errors_; }

 private:
  // Shared, because an exception is copied where nothing may be thrown.
  std::shared_ptr<const std::vector<std::exception_ptr>> errors_;
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

// How to keep inputs and walk over them, be they a list or a tuple.

template <FutureList List>
auto as_span(const List& list) {
  return std::span<const std::ranges::range_value_t<const List>>(list);
}

template <class Input>
auto owned(std::span<const Input> inputs) {
  return std::vector<Input>(inputs.begin(), inputs.end());
}
template <class... Futures>
auto owned(const std::tuple<Futures...>& inputs) {
  return inputs;
}

template <class List, class Fn>
void for_each_input(const List& inputs, Fn fn) {
  std::size_t index = 0;
  for (const auto& input : inputs) fn(index++, input);
}
template <class... Futures, class Fn>
void for_each_input(const std::tuple<Futures...>& inputs, Fn fn) {
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (fn(std::integral_constant<std::size_t, i>(), std::get<i>(inputs)), ...);
  }
  (std::index_sequence_for<Futures...>());
}

/// What `fn` makes of each outcome, in a vector or a tuple. Precondition: all inputs are ready.
template <class List, class Fn>
auto gather(const List& inputs, Fn fn) {
  std::vector<decltype(fn(inputs[0].result()))> gathered;
  gathered.reserve(inputs.size());
  for (const auto& input : inputs) gathered.push_back(fn(input.result()));
  return gathered;
}
template <class... Futures, class Fn>
auto gather(const std::tuple<Futures...>& inputs, Fn fn) {
  return std::apply(
      [&](const auto&... input) {
        return std::tuple<decltype(fn(input.result()))...>(fn(input.result())...);
      },
      inputs);
}

template <class Inputs>
AggregateError all_errors(const Inputs& inputs) {
  std::vector<std::exception_ptr> errors;
  for_each_input(inputs,
                 [&](auto, const auto& input) { errors.push_back(input.result().error()); });
  return AggregateError(std::move(errors));
}

/// The outcome that inputs work towards, shared by their callbacks. The Rule says what an outcome
/// means:
///
///     decides(outcome)          does this one input decide? Left out where none does alone.
///     decided(index, outcome)   what the whole becomes when it does
///     gathered(inputs)          what the whole becomes when none did, and all are in
template <class Out, class Inputs, class Rule>
class Joint {
 public:
  Joint(Inputs inputs, std::ptrdiff_t count, Resolver<Out> resolver, std::stop_source losers)
      : missing_(count + 1),
        inputs_(std::move(inputs)),
        resolver_(std::move(resolver)),
        losers_(std::move(losers)) {}

  // Relaxed: only a hint that there is no need to listen any longer.
  bool is_decided() const noexcept { return missing_.load(std::memory_order_relaxed) <= 0; }

  template <class Index, class T>
  void hear(Index index, const Result<T>& outcome) {
    if constexpr (requires { Rule::decides(outcome); }) {
      if (Rule::decides(outcome)) return decide(index, outcome);
    }
    arrive();
  }

  /// One more is in. The last one gathers them all.
  void arrive() {
    // Release, so that the last one, which acquires, sees every outcome that came before it.
    if (missing_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    settle([&] { return Rule::gathered(inputs_); });
  }

 private:
  /// This input decides, unless the outcome is decided.
  template <class Index, class T>
  void decide(Index index, const Result<T>& outcome) {
    // Taken before anybody is told: a loser that hears of it may fail in this very call, and must
    // not decide. Relaxed, for what follows uses nothing that another input has brought.
    if (missing_.exchange(0, std::memory_order_relaxed) <= 0) return;
    losers_.request_stop();
    settle([&] { return Rule::decided(index, outcome); });
  }

  // Called once, by whoever took missing_ to zero.
  template <class Make>
  void settle(Make make) {
    Resolver<Out> resolver = std::move(resolver_);
    const auto kept = capture([&] {  // copying a value may throw
      Result<Out> outcome = make();
      return outcome ? resolver.resolve(*std::move(outcome)) : resolver.reject(outcome.error());
    });
    if (!kept) resolver.reject(kept.error());
    // The callbacks on the losers keep this object. It must keep nothing else.
    inputs_ = Inputs();
    losers_ = std::stop_source(std::nostopstate);
  }

  // How many must still come: the inputs, and the end of listening, which counts as one so that no
  // list is too short to be decided. Zero or less: decided.
  std::atomic<std::ptrdiff_t> missing_;
  Inputs inputs_;
  Resolver<Out> resolver_;
  std::stop_source losers_;
};

/// Listens to all inputs, and has them work towards the outcome that is returned.
template <class Out, class Rule, class Inputs>
Future<Out> listen(const Inputs& inputs, std::stop_source losers) {
  std::ptrdiff_t count = 0;
  for_each_input(inputs, [&](auto, const auto& input) {
    // All are asked before the first one is listened to: nothing may come of a call that throws.
    if (!input.valid()) throw std::future_error(std::future_errc::no_state);
    ++count;
  });
  auto [future, resolver] = make_future<Out>();
  auto kept = owned(inputs);
  const auto joint = std::make_shared<Joint<Out, decltype(kept), Rule>>(
      std::move(kept), count, std::move(resolver), std::move(losers));
  for_each_input(inputs, [&](auto index, const auto& input) {
    if (joint->is_decided()) return;
    input.on_ready([joint, index](const auto& outcome) { joint->hear(index, outcome); });
  });
  joint->arrive();
  return future;
}

template <class Out>
struct AllRule {
  static bool decides(const auto& outcome) { return !outcome; }
  static Result<Out> decided(auto, const auto& outcome) { return Failure(outcome.error()); }
  static Result<Out> gathered(const auto& inputs) {
    return gather(inputs, [](const auto& outcome) { return *outcome; });
  }
};

template <class Out>
struct FirstRule {
  static bool decides(const auto& outcome) { return outcome.has_value(); }
  static Result<Out> decided(auto, const auto& outcome) { return *outcome; }
  static Result<Out> gathered(const auto& inputs) { return failure(all_errors(inputs)); }
};

template <class Out>
struct AnyRule : FirstRule<Out> {
  static Result<Out> decided(std::size_t index, const auto& outcome) {
    return Out{index, *outcome};
  }
  template <std::size_t index>
  static Result<Out> decided(std::integral_constant<std::size_t, index>, const auto& outcome) {
    return Out(std::in_place_index<index>, *outcome);
  }
};

template <class Out>
struct RaceRule {
  static bool decides(const auto&) { return true; }
  static Result<Out> decided(auto, const auto& outcome) { return outcome; }
  static Result<Out> gathered(const auto&) {
    return failure(std::invalid_argument("a race needs somebody who runs"));
  }
};

template <class Out>
struct WaitAllRule {
  static Result<Out> gathered(const auto& inputs) {
    return gather(inputs, [](const auto& outcome) { return outcome; });
  }
};

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
    const List& futures, std::stop_source losers = std::stop_source(std::nostopstate)) {
  using Out = std::vector<detail::ValueIn<List>>;
  return detail::listen<Out, detail::AllRule<Out>>(detail::as_span(futures), std::move(losers));
}
template <class... Ts>
Future<std::tuple<Ts...>> all(const std::tuple<Future<Ts>...>& futures,
                              std::stop_source losers = std::stop_source(std::nostopstate)) {
  using Out = std::tuple<Ts...>;
  return detail::listen<Out, detail::AllRule<Out>>(futures, std::move(losers));
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
Future<detail::ValueIn<List>> first(const List& futures,
                                    std::stop_source losers = std::stop_source(std::nostopstate)) {
  using Out = detail::ValueIn<List>;
  return detail::listen<Out, detail::FirstRule<Out>>(detail::as_span(futures), std::move(losers));
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
    const List& futures, std::stop_source losers = std::stop_source(std::nostopstate)) {
  using Out = Indexed<detail::ValueIn<List>>;
  return detail::listen<Out, detail::AnyRule<Out>>(detail::as_span(futures), std::move(losers));
}
template <class... Ts>
Future<std::variant<Ts...>> any(const std::tuple<Future<Ts>...>& futures,
                                std::stop_source losers = std::stop_source(std::nostopstate)) {
  using Out = std::variant<Ts...>;
  return detail::listen<Out, detail::AnyRule<Out>>(futures, std::move(losers));
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
Future<detail::ValueIn<List>> race(const List& futures,
                                   std::stop_source losers = std::stop_source(std::nostopstate)) {
  using Out = detail::ValueIn<List>;
  return detail::listen<Out, detail::RaceRule<Out>>(detail::as_span(futures), std::move(losers));
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
Future<std::vector<Result<detail::ValueIn<List>>>> wait_all(const List& futures) {
  using Out = std::vector<Result<detail::ValueIn<List>>>;
  return detail::listen<Out, detail::WaitAllRule<Out>>(detail::as_span(futures),
                                                       std::stop_source(std::nostopstate));
}
template <class... Ts>
Future<std::tuple<Result<Ts>...>> wait_all(const std::tuple<Future<Ts>...>& futures) {
  using Out = std::tuple<Result<Ts>...>;
  return detail::listen<Out, detail::WaitAllRule<Out>>(futures, std::stop_source(std::nostopstate));
}
template <detail::AnyFuture... Futures>
auto wait_all(const Futures&... futures) {
  return wait_all(std::tuple(futures...));
}

}  // namespace promissory
