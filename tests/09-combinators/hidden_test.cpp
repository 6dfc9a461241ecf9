#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "09-combinators/combinators.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/threads.hpp"
#include "support/words.hpp"

namespace {

using promissory::AggregateError;
using promissory::Future;
using promissory::go;
using promissory::Indexed;
using promissory::make_future;
using promissory::Resolver;
using promissory::Result;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::HeldGate;
using promissory::support::words;

/// A source of one's own. (g++ 12 takes the constructor of a local one for a use of what is not
/// initialized yet, once it is inlined beside a starter's todo().)
std::stop_source new_source() {
  return {};
}

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

template <class T>
Future<T> kept(T value) {
  auto [future, resolver] = make_future<T>();
  resolver.resolve(std::move(value));
  return future;
}

template <class T>
Future<T> failed(const char* what) {
  auto [future, resolver] = make_future<T>();
  resolver.reject(error(what));
  return future;
}

/// The errors that `future` has failed with, as text; nothing when it is not an AggregateError.
template <class T>
std::optional<std::vector<std::string>> errors_of(const Future<T>& future) {
  try {
    future.await();
  } catch (const AggregateError& aggregate) {
    std::vector<std::string> texts;
    for (const std::exception_ptr& each : aggregate.errors()) texts.push_back(words(each));
    return texts;
  } catch (...) {
  }
  return std::nullopt;
}

/// Some futures and their resolvers, in the same order.
template <class T>
struct Promises {
  explicit Promises(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto [future, resolver] = make_future<T>();
      futures.push_back(std::move(future));
      resolvers.push_back(std::move(resolver));
    }
  }
  std::vector<Future<T>> futures;
  std::vector<Resolver<T>> resolvers;
};

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  const std::vector<Future<int>> one{kept(1)};
  EXPECT_EQ(promissory::all(one).await(), std::vector{1});
  EXPECT_EQ(promissory::first(one).await(), 1);
  EXPECT_EQ(promissory::any(one).await().value, 1);
  EXPECT_EQ(promissory::race(one).await(), 1);
  EXPECT_EQ(promissory::wait_all(one).await().size(), 1U);
}

TEST(CombinatorsHidden, TheOutcomeComesInTheThreadThatBroughtIt) {
  contract("There is no thread between: who settles the deciding input calls the callbacks.",
           "no-thread-no-lock");
  expect_written();
  const auto expect_here = [](auto combine) {
    Promises<int> two(2);
    const auto whole = combine(two.futures);
    const auto where = std::make_shared<std::atomic<std::thread::id>>();
    whole.on_ready([where](const auto&) { where->store(std::this_thread::get_id()); });
    two.resolvers[1].resolve(1);
    two.resolvers[0].resolve(0);
    EXPECT_EQ(where->load(), std::this_thread::get_id())
        << "the outcome was not there when the last input had been settled";
  };
  expect_here([](const auto& futures) { return promissory::all(futures); });
  expect_here([](const auto& futures) { return promissory::first(futures); });
  expect_here([](const auto& futures) { return promissory::any(futures); });
  expect_here([](const auto& futures) { return promissory::race(futures); });
  expect_here([](const auto& futures) { return promissory::wait_all(futures); });
}

TEST(CombinatorsHidden, PendingInputsNeedNoThreads) {
  contract("A thousand inputs that are pending are a thousand callbacks, not threads.",
           "no-thread-no-lock");
  expect_written();
  Promises<int> many(1000);
  const auto threads_before = promissory::support::threads_of_this_process();
  const auto whole = promissory::all(many.futures);
  const auto outcomes = promissory::wait_all(many.futures);
  const auto threads_after = promissory::support::threads_of_this_process();
  if (threads_before && threads_after) {
    EXPECT_LE(threads_after->size(), threads_before->size() + 1);
  }
  for (Resolver<int>& resolver : many.resolvers) resolver.resolve(7);
  ASSERT_TRUE(whole.ready());
  EXPECT_EQ(whole.await(), std::vector<int>(1000, 7));
  ASSERT_TRUE(outcomes.ready());
  EXPECT_EQ(outcomes.await().size(), 1000U);
}

TEST(CombinatorsHidden, InputsThatAreReadyDecideAtOnce) {
  contract("When the inputs that are ready decide, the outcome is there on return.",
           "no-thread-no-lock");
  auto [pending, resolver] = make_future<int>();
  const std::vector<Future<int>> values{kept(1), kept(2)};
  ASSERT_TRUE(promissory::all(values).ready());
  EXPECT_EQ(promissory::all(values).await(), (std::vector{1, 2}));
  ASSERT_TRUE(promissory::wait_all(values).ready());
  const std::vector<Future<int>> with_a_failure{pending, failed<int>("no")};
  ASSERT_TRUE(promissory::all(with_a_failure).ready());
  EXPECT_THROW(promissory::all(with_a_failure).await(), std::runtime_error);
  ASSERT_TRUE(promissory::race(with_a_failure).ready());
  EXPECT_THROW(promissory::race(with_a_failure).await(), std::runtime_error);
  const std::vector<Future<int>> with_a_success{pending, failed<int>("no"), kept(3)};
  ASSERT_TRUE(promissory::first(with_a_success).ready());
  EXPECT_EQ(promissory::first(with_a_success).await(), 3);
  ASSERT_TRUE(promissory::any(with_a_success).ready());
  EXPECT_EQ(promissory::any(with_a_success).await().index, 2U);
}

TEST(CombinatorsHidden, OfSeveralThatAreReadyTheFirstInTheListWins) {
  contract("Among inputs that were ready before, the order of the list decides.", "first-success");
  const std::vector<Future<int>> values{failed<int>("a"), kept(1), kept(2)};
  EXPECT_EQ(promissory::first(values).await(), 1);
  EXPECT_EQ(promissory::any(values).await().index, 1U);
  EXPECT_THROW(promissory::race(values).await(), std::runtime_error);
  const std::vector<Future<int>> failures{kept(1), failed<int>("a"), failed<int>("b")};
  EXPECT_EQ(words(promissory::all(failures).result().error()), "a");
}

TEST(CombinatorsHidden, AReadyAndAPendingInputMix) {
  contract("Ready and pending inputs may be mixed in any order.", "input-order");
  auto [pending, resolver] = make_future<int>();
  const std::vector<Future<int>> mixed{kept(1), pending, kept(3)};
  const auto values = promissory::all(mixed);
  const auto outcomes = promissory::wait_all(mixed);
  EXPECT_FALSE(values.ready());
  EXPECT_FALSE(outcomes.ready());
  resolver.resolve(2);
  EXPECT_EQ(values.await(), (std::vector{1, 2, 3}));
  EXPECT_EQ(outcomes.await()[1].value(), 2);
}

TEST(CombinatorsHidden, TheSameFutureMayBeThereTwice) {
  contract("An input counts as often as it is in the list.", "input-order");
  auto [future, resolver] = make_future<int>();
  const std::vector<Future<int>> twice{future, future};
  const auto values = promissory::all(twice);
  const auto winner = promissory::any(twice);
  resolver.resolve(4);
  EXPECT_EQ(values.await(), (std::vector{4, 4}));
  EXPECT_EQ(winner.await().index, 0U);
}

TEST(CombinatorsHidden, TheListMayGoAfterTheCall) {
  contract("What was in the list may be changed, dropped or reused after the call.", "input-order");
  Promises<int> two(2);
  const auto values = promissory::all(std::span(two.futures));
  const auto winner = promissory::first(std::span(two.futures));
  const auto outcomes = promissory::wait_all(std::span(two.futures));
  two.futures.clear();
  two.futures.shrink_to_fit();
  two.resolvers[0].resolve(1);
  two.resolvers[1].resolve(2);
  EXPECT_EQ(values.await(), (std::vector{1, 2}));
  EXPECT_EQ(winner.await(), 1);
  EXPECT_EQ(outcomes.await()[1].value(), 2);
}

TEST(CombinatorsHidden, TakesArraysSpansAndVectors) {
  contract("A list is whatever holds futures of one type in a row.", "lists-and-packs");
  const std::array<Future<int>, 2> array{kept(1), kept(2)};
  const Future<int> plain[] = {kept(1), kept(2)};  // NOLINT(*-avoid-c-arrays)
  std::vector<Future<int>> vector(array.begin(), array.end());
  const std::vector<int> both{1, 2};
  EXPECT_EQ(promissory::all(array).await(), both);
  EXPECT_EQ(promissory::all(plain).await(), both);
  EXPECT_EQ(promissory::all(std::span<Future<int>>(vector)).await(), both);
  EXPECT_EQ(promissory::all(std::span<const Future<int>>(vector)).await(), both);
  EXPECT_EQ(promissory::all(std::vector<Future<int>>(vector)).await(), both);
}

TEST(CombinatorsHidden, PacksMayRepeatTypes) {
  contract("A pack gives a tuple or a variant by position, also where types repeat.",
           "lists-and-packs");
  auto [first, first_resolver] = make_future<int>();
  auto [second, second_resolver] = make_future<int>();
  std::stop_source losers = new_source();
  auto both = promissory::all(first, second, losers);
  auto either = promissory::any(first, second);
  EXPECT_TRUE((std::is_same_v<decltype(both), Future<std::tuple<int, int>>>));
  EXPECT_TRUE((std::is_same_v<decltype(either), Future<std::variant<int, int>>>));
  second_resolver.resolve(2);
  ASSERT_TRUE(either.ready());
  EXPECT_EQ(either.await().index(), 1U);
  EXPECT_EQ(std::get<1>(either.await()), 2);
  first_resolver.resolve(1);
  EXPECT_EQ(both.await(), std::tuple(1, 2));
  EXPECT_FALSE(losers.stop_requested());
  EXPECT_EQ(promissory::all(std::tuple(first, second)).await(), std::tuple(1, 2));
  EXPECT_EQ(promissory::all(first).await(), std::tuple(1));
}

TEST(CombinatorsHidden, PacksFailAsListsDo) {
  contract("Packs follow the same rules: first error, every error, nobody left out.",
           "lists-and-packs");
  auto [number, number_resolver] = make_future<int>();
  auto [text, text_resolver] = make_future<std::string>();
  std::stop_source losers = new_source();
  const auto both = promissory::all(number, text, losers);
  const auto either = promissory::any(number, text);
  const auto outcomes = promissory::wait_all(number, text);
  const auto first = promissory::first(number, number);
  text_resolver.reject(error("t"));
  ASSERT_TRUE(both.ready());
  EXPECT_EQ(words(both.result().error()), "t");
  EXPECT_TRUE(losers.stop_requested());
  number_resolver.reject(error("n"));
  EXPECT_EQ(errors_of(either), (std::vector<std::string>{"n", "t"}));
  EXPECT_EQ(errors_of(first), (std::vector<std::string>{"n", "n"}));
  ASSERT_TRUE(outcomes.ready());
  EXPECT_FALSE(std::get<0>(outcomes.await()).has_value());
  EXPECT_FALSE(std::get<1>(outcomes.await()).has_value());
}

TEST(CombinatorsHidden, ErrorsKeepTheOrderOfTheInputs) {
  contract("An AggregateError lists its errors as the inputs were listed, not as they came.",
           "every-error");
  Promises<int> four(4);
  const auto first = promissory::first(four.futures);
  const auto any = promissory::any(four.futures);
  four.resolvers[2].reject(error("c"));
  four.resolvers[0].reject(error("a"));
  four.resolvers[3].reject(error("d"));
  EXPECT_FALSE(first.ready());
  four.resolvers[1].reject(error("b"));
  const std::vector<std::string> in_order{"a", "b", "c", "d"};
  EXPECT_EQ(errors_of(first), in_order);
  EXPECT_EQ(errors_of(any), in_order);
}

TEST(CombinatorsHidden, AnAggregateErrorIsAnOrdinaryException) {
  contract("An AggregateError can be caught as std::exception, copied, and says what happened.",
           "every-error");
  const AggregateError original({error("a"), error("b")});
  const AggregateError copy = original;  // NOLINT(performance-unnecessary-copy-*)
  EXPECT_EQ(copy.errors().size(), 2U);
  EXPECT_EQ(copy.errors()[0], original.errors()[0]);
  EXPECT_NE(std::string(copy.what()), "");
  EXPECT_TRUE(std::is_nothrow_copy_constructible_v<AggregateError>);
  try {
    promissory::first(std::vector<Future<int>>{failed<int>("x")}).await();
    ADD_FAILURE() << "first() has a value, but no input had";
  } catch (const std::exception& exception) {
    EXPECT_NE(dynamic_cast<const AggregateError*>(&exception), nullptr);
  }
}

TEST(CombinatorsHidden, AnErrorArrivesAsItWas) {
  contract("The error of an input arrives as the same exception object, of whatever type.",
           "first-error-in-time");
  Promises<int> two(2);
  const auto values = promissory::all(two.futures);
  const auto fastest = promissory::race(two.futures);
  const auto outcomes = promissory::wait_all(two.futures);
  const auto success = promissory::first(two.futures);
  const std::exception_ptr thrown = std::make_exception_ptr(42);
  two.resolvers[1].reject(thrown);
  two.resolvers[0].reject(thrown);
  EXPECT_EQ(values.result().error(), thrown);
  EXPECT_EQ(fastest.result().error(), thrown);
  EXPECT_EQ(outcomes.await()[1].error(), thrown);
  EXPECT_THROW(values.await(), int);
  try {
    success.await();
  } catch (const AggregateError& aggregate) {
    EXPECT_EQ(aggregate.errors(), (std::vector{thrown, thrown}));
  }
}

TEST(CombinatorsHidden, ABrokenPromiseIsAnErrorLikeAnother) {
  contract("An input whose resolver is dropped has failed; nothing waits for it.",
           "first-error-in-time");
  Promises<int> two(2);
  const auto values = promissory::all(two.futures);
  const auto winner = promissory::first(two.futures);
  const auto outcomes = promissory::wait_all(two.futures);
  two.resolvers[0] = Resolver<int>();
  ASSERT_TRUE(values.ready());
  EXPECT_THROW(values.await(), std::future_error);
  EXPECT_FALSE(winner.ready());
  two.resolvers[1].resolve(2);
  EXPECT_EQ(winner.await(), 2);
  ASSERT_TRUE(outcomes.ready());
  EXPECT_FALSE(outcomes.await()[0].has_value());
  EXPECT_EQ(outcomes.await()[1].value(), 2);
}

TEST(CombinatorsHidden, AnInputWithoutAPromiseIsRefusedAtOnce) {
  contract("A Future without a promise is refused in the call, before anything else happens.",
           "lists-and-packs");
  auto [pending, resolver] = make_future<int>();
  const std::vector<Future<int>> list{kept(1), failed<int>("no"), pending, Future<int>()};
  std::stop_source losers = new_source();
  EXPECT_THROW(promissory::all(list, losers), std::future_error);
  EXPECT_THROW(promissory::first(list, losers), std::future_error);
  EXPECT_THROW(promissory::any(list, losers), std::future_error);
  EXPECT_THROW(promissory::race(list, losers), std::future_error);
  EXPECT_THROW(promissory::wait_all(list), std::future_error);
  EXPECT_THROW(promissory::all(kept(1), Future<int>(), losers), std::future_error);
  EXPECT_FALSE(losers.stop_requested()) << "a call that threw has asked somebody to stop";
}

TEST(CombinatorsHidden, EmptyListsFailWithoutErrors) {
  contract("A first() of nothing fails with an AggregateError that has no errors.", "empty-lists");
  const std::vector<Future<int>> none;
  EXPECT_EQ(errors_of(promissory::first(none)), std::vector<std::string>{});
  EXPECT_EQ(errors_of(promissory::any(none)), std::vector<std::string>{});
  std::stop_source losers = new_source();
  EXPECT_TRUE(promissory::all(none, losers).ready());
  EXPECT_THROW(promissory::race(none, losers).await(), std::invalid_argument);
  EXPECT_TRUE(promissory::first(none, losers).ready());
  EXPECT_FALSE(losers.stop_requested());
}

TEST(CombinatorsHidden, LosersHearOfEveryEarlyDecision) {
  contract("A failed all(), a won first() and any(), and a race() ask the others to stop.",
           "losers-hear");
  const auto asks = [](auto combine, auto decide) {
    Promises<int> two(2);
    std::stop_source losers = new_source();
    const auto whole = combine(two.futures, losers);
    EXPECT_FALSE(losers.stop_requested());
    decide(two.resolvers[1]);
    EXPECT_TRUE(whole.ready());
    return losers.stop_requested();
  };
  const auto all = [](const auto& list, const auto& losers) {
    return promissory::all(list, losers);
  };
  const auto first = [](const auto& list, const auto& losers) {
    return promissory::first(list, losers);
  };
  const auto any = [](const auto& list, const auto& losers) {
    return promissory::any(list, losers);
  };
  const auto race = [](const auto& list, const auto& losers) {
    return promissory::race(list, losers);
  };
  const auto resolve = [](Resolver<int>& resolver) { resolver.resolve(1); };
  const auto reject = [](Resolver<int>& resolver) { resolver.reject(error("no")); };
  EXPECT_TRUE(asks(all, reject));
  EXPECT_TRUE(asks(first, resolve));
  EXPECT_TRUE(asks(any, resolve));
  EXPECT_TRUE(asks(race, resolve));
  EXPECT_TRUE(asks(race, reject));
}

TEST(CombinatorsHidden, NobodyIsAskedWhenAllWereNeeded) {
  contract("When it took every input to decide, nobody is asked to stop.", "losers-hear");
  Promises<int> two(2);
  std::stop_source losers = new_source();
  const auto first = promissory::first(two.futures, losers);
  const auto any = promissory::any(two.futures, losers);
  two.resolvers[0].reject(error("a"));
  two.resolvers[1].reject(error("b"));
  EXPECT_TRUE(first.ready());
  EXPECT_TRUE(any.ready());
  EXPECT_FALSE(losers.stop_requested());
  EXPECT_TRUE(promissory::all(kept(1), kept(2), losers).ready());
  EXPECT_FALSE(losers.stop_requested());
}

TEST(CombinatorsHidden, TheLosersHaveBeenAskedWhenTheOutcomeIsThere) {
  contract("Whoever sees the outcome sees that the losers have been asked.", "losers-hear");
  const auto asked_before = [](auto combine, bool succeeds) {
    Promises<int> two(2);
    std::stop_source losers = new_source();
    const auto whole = combine(two.futures, losers);
    bool was_asked = false;
    whole.on_ready([&](const auto&) { was_asked = losers.stop_requested(); });
    if (succeeds) {
      two.resolvers[0].resolve(1);
    } else {
      two.resolvers[0].reject(error("no"));
    }
    return was_asked;
  };
  EXPECT_TRUE(asked_before([](auto& l, auto& s) { return promissory::all(l, s); }, false));
  EXPECT_TRUE(asked_before([](auto& l, auto& s) { return promissory::first(l, s); }, true));
  EXPECT_TRUE(asked_before([](auto& l, auto& s) { return promissory::any(l, s); }, true));
  EXPECT_TRUE(asked_before([](auto& l, auto& s) { return promissory::race(l, s); }, false));
}

TEST(CombinatorsHidden, ALoserThatIsCancelledDecidesNothing) {
  contract("A loser that fails inside the request to stop comes too late to be the outcome.",
           "losers-hear");
  const auto outcome_with_an_obedient_loser = [](auto combine) {
    Promises<int> two(2);
    std::stop_source losers = new_source();
    const auto whole = combine(two.futures, losers);
    std::stop_callback obey(losers.get_token(), [&] { two.resolvers[0].reject(error("stopped")); });
    two.resolvers[1].reject(error("cause"));
    EXPECT_TRUE(two.futures[0].ready()) << "the loser was not asked to stop";
    return words(whole.result().error());
  };
  EXPECT_EQ(outcome_with_an_obedient_loser([](auto& l, auto& s) { return promissory::all(l, s); }),
            "cause");
  EXPECT_EQ(outcome_with_an_obedient_loser([](auto& l, auto& s) { return promissory::race(l, s); }),
            "cause");

  Promises<int> two(2);
  std::stop_source losers = new_source();
  const auto any = promissory::any(two.futures, losers);
  std::stop_callback obey(losers.get_token(), [&] { two.resolvers[0].resolve(-1); });
  two.resolvers[1].resolve(1);
  ASSERT_TRUE(any.ready());
  EXPECT_EQ(any.await().index, 1U);
  EXPECT_EQ(any.await().value, 1);
}

TEST(CombinatorsHidden, ALoserThatRunsSeesTheStop) {
  contract("Work under a token of the losers' source ends when another input has won.",
           "losers-hear");
  expect_written();
  HeldGate never;
  std::stop_source losers = new_source();
  const Future<int> slow = go(
      [&](const std::stop_token& token) {
        if (!never.wait(token)) throw std::runtime_error("stopped");
        return 1;
      },
      losers.get_token());
  const Future<int> fast = go([] { return 2; });
  EXPECT_EQ(promissory::first(slow, fast, losers).await(), 2);
  EXPECT_THROW(slow.await(), std::runtime_error);
}

TEST(CombinatorsHidden, AnAwaiterThatGivesUpStopsNobody) {
  contract("Giving up on the whole is one awaiter's affair; the inputs and the outcome stay.",
           "losers-hear");
  Promises<int> two(2);
  std::stop_source losers = new_source();
  const auto whole = promissory::all(two.futures, losers);
  std::stop_source impatience = new_source();
  impatience.request_stop();
  EXPECT_THROW(whole.await(impatience.get_token()), std::system_error);
  EXPECT_FALSE(losers.stop_requested());
  two.resolvers[0].resolve(1);
  two.resolvers[1].resolve(2);
  EXPECT_EQ(whole.await(), (std::vector{1, 2}));
}

TEST(CombinatorsHidden, ADroppedOutcomeDisturbsNobody) {
  contract("The future of the whole may be dropped; inputs that come later go nowhere.",
           "what-a-loser-keeps");
  Promises<int> two(2);
  {
    [[maybe_unused]] const auto all = promissory::all(two.futures);
    [[maybe_unused]] const auto race = promissory::race(two.futures);
    [[maybe_unused]] const auto any = promissory::any(two.futures);
  }
  EXPECT_TRUE(two.resolvers[1].resolve(2));
  EXPECT_TRUE(two.resolvers[0].reject(error("no")));
  EXPECT_EQ(two.futures[1].await(), 2);
}

TEST(CombinatorsHidden, APendingLoserKeepsNothingAlive) {
  contract("An input that takes for ever keeps neither the outcome nor the other inputs.",
           "what-a-loser-keeps");
  const auto alive_with_a_pending_loser = [](auto combine, bool succeeds) {
    std::atomic<int> alive{0};
    auto [slow, slow_resolver] = make_future<Counted>();
    {
      auto [value, value_resolver] = make_future<Counted>();
      auto [decides, decides_resolver] = make_future<Counted>();
      const auto whole = combine(std::vector{slow, value, decides});
      if (succeeds) {
        value_resolver.reject(error("no"));
        decides_resolver.resolve(Counted(alive));
      } else {
        value_resolver.resolve(Counted(alive));
        decides_resolver.reject(error("no"));
      }
      EXPECT_TRUE(whole.ready());
    }
    return alive.load();
  };
  EXPECT_EQ(alive_with_a_pending_loser([](auto l) { return promissory::all(l); }, false), 0);
  EXPECT_EQ(alive_with_a_pending_loser([](auto l) { return promissory::first(l); }, true), 0);
  EXPECT_EQ(alive_with_a_pending_loser([](auto l) { return promissory::any(l); }, true), 0);
}

TEST(CombinatorsHidden, ADecidedOutcomeLetsGoOfTheLosers) {
  contract("The outcome keeps its values, not the inputs that they came from.",
           "what-a-loser-keeps");
  std::atomic<int> alive{0};
  Future<Counted> winner;
  {
    auto [future, resolver] = make_future<Counted>();
    auto [other, other_resolver] = make_future<Counted>();
    winner = promissory::race(std::vector{future, other});
    resolver.resolve(Counted(alive, 1));
    other_resolver.resolve(Counted(alive, 2));
  }
  EXPECT_EQ(alive.load(), 1);
  EXPECT_EQ(winner.await().value, 1);
}

/// Has neither a default constructor nor an assignment, and may throw when it is copied.
struct Awkward {
  explicit Awkward(int number, bool does_throw = false) : value(number), throws(does_throw) {}
  Awkward(const Awkward& other) : value(other.value), throws(other.throws) {
    if (throws) throw std::logic_error("copy");
  }
  Awkward(Awkward&&) noexcept = default;
  Awkward& operator=(const Awkward&) = delete;
  Awkward& operator=(Awkward&&) = delete;
  ~Awkward() = default;
  int value;
  bool throws;
};

TEST(CombinatorsHidden, TheValuesNeedNeitherDefaultNorAssignment) {
  contract("A T is copied out of its input, and needs nothing but a copy constructor.",
           "input-order");
  const std::vector<Future<Awkward>> list{kept(Awkward(1)), kept(Awkward(2))};
  EXPECT_EQ(promissory::all(list).await()[1].value, 2);
  EXPECT_EQ(promissory::first(list).await().value, 1);
  EXPECT_EQ(promissory::any(list).await().value.value, 1);
  EXPECT_EQ(promissory::race(list).await().value, 1);
  EXPECT_EQ(promissory::wait_all(list).await()[1].value().value, 2);
  EXPECT_EQ(std::get<0>(promissory::all(list[0], kept(Unit{})).await()).value, 1);
  EXPECT_EQ(promissory::all(std::vector{kept(true), kept(false)}).await(),
            (std::vector{true, false}));
}

TEST(CombinatorsHidden, AFailedCopyIsTheOutcome) {
  contract("When a value cannot be copied out, that error is the outcome; nobody waits for ever.",
           "input-order");
  const auto expect_the_error = [](auto combine) {
    auto [future, resolver] = make_future<Awkward>();
    const auto whole = combine(std::vector{future});
    resolver.resolve(Awkward(1, true));
    EXPECT_TRUE(whole.ready());
    EXPECT_EQ(words(whole.result().error()), "copy");
  };
  expect_the_error([](const auto& list) { return promissory::all(list); });
  expect_the_error([](const auto& list) { return promissory::first(list); });
  expect_the_error([](const auto& list) { return promissory::any(list); });
  expect_the_error([](const auto& list) { return promissory::race(list); });
  expect_the_error([](const auto& list) { return promissory::wait_all(list); });
}

TEST(CombinatorsHidden, CombinatorsNest) {
  contract("The outcome of a combinator is a future like any other.", "no-thread-no-lock");
  Promises<int> four(4);
  const std::vector<Future<std::vector<int>>> pairs{
      promissory::all(std::vector{four.futures[0], four.futures[1]}),
      promissory::all(std::vector{four.futures[2], four.futures[3]})};
  const auto fastest_pair = promissory::first(pairs);
  four.resolvers[0].resolve(0);
  four.resolvers[2].resolve(2);
  EXPECT_FALSE(fastest_pair.ready());
  four.resolvers[3].resolve(3);
  EXPECT_EQ(fastest_pair.await(), (std::vector{2, 3}));
}

TEST(CombinatorsHidden, ACallbackMayCombineAgain) {
  contract("No lock is held while the outcome is told, so a callback may combine the same inputs.",
           "no-thread-no-lock");
  Promises<int> two(2);
  std::vector<int> seen;
  promissory::all(two.futures).on_ready([&](const Result<std::vector<int>>&) {
    promissory::all(two.futures).on_ready([&](const Result<std::vector<int>>& again) {
      seen = *again;
    });
  });
  two.resolvers[0].resolve(1);
  two.resolvers[1].resolve(2);
  EXPECT_EQ(seen, (std::vector{1, 2}));
}

TEST(CombinatorsHidden, ManyThreadsSettleTheInputs) {
  contract("Inputs that are settled by many threads at once are all counted, none twice.",
           "no-thread-no-lock");
  expect_written();
  constexpr int threads = 8;
  constexpr int each = 50;
  Promises<int> many(threads * each);
  const auto values = promissory::all(many.futures);
  const auto outcomes = promissory::wait_all(many.futures);
  const auto winner = promissory::any(many.futures);
  std::atomic<int> times_told{0};
  values.on_ready([&](const auto&) { ++times_told; });
  {
    std::latch start(threads);
    std::vector<std::jthread> settling;
    settling.reserve(threads);
    for (int thread = 0; thread < threads; ++thread) {
      settling.emplace_back([&, thread] {
        start.arrive_and_wait();
        for (int i = thread; i < threads * each; i += threads) many.resolvers[i].resolve(i);
      });
    }
  }
  ASSERT_TRUE(values.ready());
  for (int i = 0; i < threads * each; ++i) ASSERT_EQ(values.await()[i], i);
  EXPECT_EQ(times_told, 1);
  ASSERT_TRUE(outcomes.ready());
  EXPECT_EQ(outcomes.await().size(), many.futures.size());
  EXPECT_EQ(winner.await().index, static_cast<std::size_t>(winner.await().value));
}

TEST(CombinatorsHidden, ManyThreadsFailAtOnce) {
  contract("Errors that come at the same time are all there; the first one decides an all().",
           "every-error");
  expect_written();
  constexpr int threads = 8;
  Promises<int> many(threads);
  const auto values = promissory::all(many.futures);
  const auto winner = promissory::first(many.futures);
  {
    std::latch start(threads);
    std::vector<std::jthread> settling;
    settling.reserve(threads);
    for (int i = 0; i < threads; ++i) {
      settling.emplace_back([&, i] {
        const std::exception_ptr mine = error(std::to_string(i).c_str());
        start.arrive_and_wait();
        many.resolvers[i].reject(mine);
      });
    }
  }
  ASSERT_TRUE(values.ready());
  EXPECT_FALSE(values.result().has_value());
  EXPECT_EQ(errors_of(winner), (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7"}));
}

}  // namespace
