// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "09-combinators/combinators.hpp"
#include "support/contract.hpp"
#include "support/words.hpp"

namespace {

using promissory::AggregateError;
using promissory::Future;
using promissory::go;
using promissory::Indexed;
using promissory::make_future;
using promissory::Resolver;
using promissory::Result;
using promissory::support::contract;
using promissory::support::words;

/// A source of one's own. (g++ 12 takes the constructor of a local one for a use of what is not
/// initialized yet, once it is inlined beside a starter's todo().)
std::stop_source new_source() {
  return {};
}

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
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

TEST(Combinators, AllGathersTheValuesInTheOrderOfTheInputs) {
  contract("all() has every value, in the order of the inputs, whenever they came.", "input-order");
  Promises<std::string> three(3);
  const Future<std::vector<std::string>> whole = promissory::all(three.futures);
  three.resolvers[2].resolve("c");
  three.resolvers[0].resolve("a");
  EXPECT_FALSE(whole.ready());
  three.resolvers[1].resolve("b");
  ASSERT_TRUE(whole.ready());
  EXPECT_EQ(whole.await(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Combinators, AllFailsAtTheFirstErrorInTime) {
  contract("all() fails as soon as an input fails, be it the last one, and with that error.",
           "first-error-in-time");
  Promises<int> three(3);
  const auto whole = promissory::all(three.futures);
  three.resolvers[2].reject(error("the first in time"));
  ASSERT_TRUE(whole.ready()) << "nothing else can become of it: two inputs are still pending";
  three.resolvers[0].reject(error("the first in the list"));
  three.resolvers[1].resolve(1);
  EXPECT_EQ(words(whole.result().error()), "the first in time");
}

TEST(Combinators, AllTakesWorkThatRuns) {
  contract("Inputs may be settled by other threads at any time.", "no-thread-no-lock");
  const std::vector<Future<int>> work{go([] { return 1; }), go([] { return 2; })};
  EXPECT_EQ(promissory::all(work).await(), (std::vector{1, 2}));
  EXPECT_EQ(promissory::all(std::span(work)).await(), (std::vector{1, 2}));
}

TEST(Combinators, InputsAreNotConsumed) {
  contract("Every input can be awaited and combined again.", "input-order");
  Promises<std::string> two(2);
  const auto whole = promissory::all(two.futures);
  const auto again = promissory::all(two.futures);
  two.resolvers[0].resolve("a");
  two.resolvers[1].resolve("b");
  EXPECT_EQ(whole.await(), again.await());
  EXPECT_EQ(two.futures[0].await(), "a");
}

TEST(Combinators, FirstIsTheFirstSuccess) {
  contract("first() passes over errors and takes the first success in time.", "first-success");
  Promises<int> three(3);
  const Future<int> whole = promissory::first(three.futures);
  three.resolvers[0].reject(error("no"));
  EXPECT_FALSE(whole.ready());
  three.resolvers[2].resolve(3);
  ASSERT_TRUE(whole.ready());
  three.resolvers[1].resolve(2);
  EXPECT_EQ(whole.await(), 3);
}

TEST(Combinators, FirstTellsEveryErrorWhenNoneSucceeds) {
  contract("A first() without a success has all errors, in the order of the inputs.",
           "every-error");
  Promises<int> two(2);
  const auto whole = promissory::first(two.futures);
  two.resolvers[1].reject(error("b failed"));
  two.resolvers[0].reject(error("a failed"));
  try {
    whole.await();
    ADD_FAILURE() << "first() has a value, but no input had";
  } catch (const AggregateError& all_failed) {
    ASSERT_EQ(all_failed.errors().size(), 2U);
    EXPECT_EQ(words(all_failed.errors()[0]), "a failed");
    EXPECT_EQ(words(all_failed.errors()[1]), "b failed");
  }
}

TEST(Combinators, AnySaysWhichInputItWas) {
  contract("any() is first(), and has the index of the winner.", "first-success");
  Promises<std::string> three(3);
  const Future<Indexed<std::string>> whole = promissory::any(three.futures);
  three.resolvers[0].reject(error("no"));
  three.resolvers[1].resolve("me");
  ASSERT_TRUE(whole.ready());
  EXPECT_EQ(whole.await().index, 1U);
  EXPECT_EQ(whole.await().value, "me");
}

TEST(Combinators, RaceTakesTheFirstOutcomeOfAnyKind) {
  contract("race() takes the first outcome in time, also when that is an error.", "the-race");
  Promises<int> won(2);
  const Future<int> by_value = promissory::race(won.futures);
  won.resolvers[1].resolve(2);
  ASSERT_TRUE(by_value.ready());
  won.resolvers[0].resolve(1);
  EXPECT_EQ(by_value.await(), 2);

  Promises<int> lost(2);
  const Future<int> by_error = promissory::race(lost.futures);
  lost.resolvers[1].reject(error("fell"));
  ASSERT_TRUE(by_error.ready());
  lost.resolvers[0].resolve(1);
  EXPECT_THROW(by_error.await(), std::runtime_error);
}

TEST(Combinators, WaitAllHasEveryOutcome) {
  contract("wait_all() waits for every input and has a value or an error for each.", "best-effort");
  Promises<int> three(3);
  const Future<std::vector<Result<int>>> whole = promissory::wait_all(three.futures);
  three.resolvers[1].reject(error("b failed"));
  three.resolvers[0].resolve(1);
  EXPECT_FALSE(whole.ready());
  three.resolvers[2].resolve(3);
  ASSERT_TRUE(whole.ready());
  const std::vector<Result<int>>& outcomes = whole.await();
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[0].value(), 1);
  EXPECT_EQ(words(outcomes[1].error()), "b failed");
  EXPECT_EQ(outcomes[2].value(), 3);
}

TEST(Combinators, EmptyListsHaveAnOutcome) {
  contract("Of nothing, all() is empty, first() and any() fail without errors, race() is refused.",
           "empty-lists");
  const std::vector<Future<int>> none;
  ASSERT_TRUE(promissory::all(none).ready());
  EXPECT_TRUE(promissory::all(none).await().empty());
  ASSERT_TRUE(promissory::wait_all(none).ready());
  EXPECT_TRUE(promissory::wait_all(none).await().empty());
  ASSERT_TRUE(promissory::first(none).ready());
  EXPECT_THROW(promissory::first(none).await(), AggregateError);
  ASSERT_TRUE(promissory::any(none).ready());
  EXPECT_THROW(promissory::any(none).await(), AggregateError);
  EXPECT_THROW(promissory::race(none).await(), std::invalid_argument);
}

TEST(Combinators, LosersAreAskedToStop) {
  contract("When one input has decided, the others are asked to stop.", "losers-hear");
  Promises<int> two(2);
  std::stop_source losers = new_source();
  const auto whole = promissory::first(two.futures, losers);
  EXPECT_FALSE(losers.stop_requested());
  two.resolvers[1].resolve(2);
  EXPECT_TRUE(losers.stop_requested());
  EXPECT_EQ(whole.await(), 2);
}

TEST(Combinators, NobodyIsAskedWhenAllWereNeeded) {
  contract("An all() that has succeeded asks nobody to stop: nobody has lost.", "losers-hear");
  Promises<int> two(2);
  std::stop_source losers = new_source();
  const auto whole = promissory::all(two.futures, losers);
  two.resolvers[0].resolve(1);
  two.resolvers[1].resolve(2);
  EXPECT_EQ(whole.await(), (std::vector{1, 2}));
  EXPECT_FALSE(losers.stop_requested());
}

TEST(Combinators, TakesFuturesOfDifferentTypes) {
  contract("Futures that are handed over one by one may differ in type: tuples and variants.",
           "lists-and-packs");
  auto [number, number_resolver] = make_future<int>();
  auto [text, text_resolver] = make_future<std::string>();
  std::stop_source losers = new_source();
  const Future<std::tuple<int, std::string>> both = promissory::all(number, text);
  const Future<std::variant<int, std::string>> either = promissory::any(number, text, losers);
  const Future<std::tuple<Result<int>, Result<std::string>>> outcomes =
      promissory::wait_all(number, text);
  const Future<int> one = promissory::race(number, number);
  text_resolver.resolve("t");
  EXPECT_EQ(std::get<std::string>(either.await()), "t");
  EXPECT_TRUE(losers.stop_requested());
  number_resolver.resolve(1);
  EXPECT_EQ(both.await(), std::tuple(1, "t"));
  EXPECT_EQ(std::get<0>(outcomes.await()).value(), 1);
  EXPECT_EQ(one.await(), 1);
}

}  // namespace
