#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "09-combinators/combinators.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::AggregateError;
using promissory::Future;
using promissory::make_future;
using promissory::Result;
using promissory::support::contract;

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

TEST(CombinatorsExplored, AllCountsEveryInputOnce) {
  contract("However two threads settle the inputs, all() has both values, in order.",
           "no-thread-no-lock");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<int>();
    auto [second, second_resolver] = make_future<int>();
    const auto whole = promissory::all(std::vector{first, second});
    std::jthread one([r = std::move(first_resolver)]() mutable { r.resolve(1); });
    std::jthread two([r = std::move(second_resolver)]() mutable { r.resolve(2); });
    EXPECT_EQ(whole.await(), (std::vector{1, 2}));
  };
}

TEST(CombinatorsExplored, AnInputMaySettleWhileItIsListenedTo) {
  contract("An input that is settled while the call is on its way is heard, once.",
           "no-thread-no-lock");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<int>();
    auto [second, second_resolver] = make_future<int>();
    std::jthread one([r = std::move(first_resolver)]() mutable { r.resolve(1); });
    std::jthread two([r = std::move(second_resolver)]() mutable { r.resolve(2); });
    const auto outcomes = promissory::wait_all(first, second);
    EXPECT_EQ(std::get<0>(outcomes.await()).value(), 1);
    EXPECT_EQ(std::get<1>(outcomes.await()).value(), 2);
  };
}

TEST(CombinatorsExplored, OneOfTwoWinnersDecides) {
  contract("Of two successes at the same time one decides, index and value together.",
           "first-success");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<int>();
    auto [second, second_resolver] = make_future<int>();
    std::atomic<int> times_told{0};
    const auto whole = promissory::any(std::vector{first, second});
    whole.on_ready([&](const auto&) { ++times_told; });
    std::jthread one([r = std::move(first_resolver)]() mutable { r.resolve(0); });
    std::jthread two([r = std::move(second_resolver)]() mutable { r.resolve(1); });
    EXPECT_EQ(static_cast<int>(whole.await().index), whole.await().value);
    one.join();
    two.join();
    EXPECT_EQ(times_told, 1);
  };
}

TEST(CombinatorsExplored, EveryErrorIsThere) {
  contract("Two errors at the same time are both in the AggregateError, in input order.",
           "every-error");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<int>();
    auto [second, second_resolver] = make_future<int>();
    const std::exception_ptr a = error("a");
    const std::exception_ptr b = error("b");
    const auto whole = promissory::first(first, second);
    std::jthread one([&, r = std::move(first_resolver)]() mutable { r.reject(a); });
    std::jthread two([&, r = std::move(second_resolver)]() mutable { r.reject(b); });
    try {
      whole.await();
      ADD_FAILURE() << "first() has a value, but no input had";
    } catch (const AggregateError& aggregate) {
      EXPECT_EQ(aggregate.errors(), (std::vector{a, b}));
    }
  };
}

TEST(CombinatorsExplored, AFailureBesideASuccessFailsTheWhole) {
  contract("all() fails when one input fails, whatever the other one does at the same time.",
           "first-error-in-time");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<int>();
    auto [second, second_resolver] = make_future<int>();
    std::stop_source losers;
    const auto whole = promissory::all(first, second, losers);
    std::jthread one([r = std::move(first_resolver)]() mutable { r.resolve(1); });
    std::jthread two([r = std::move(second_resolver)]() mutable { r.reject(error("no")); });
    EXPECT_THROW(whole.await(), std::runtime_error);
    EXPECT_TRUE(losers.stop_requested());
  };
}

TEST(CombinatorsExplored, TheLosersHaveBeenAskedWhenTheOutcomeIsThere) {
  contract("Whoever has the outcome sees that the losers have been asked to stop.", "losers-hear");
  EXPLORE({}) {
    auto [fast, fast_resolver] = make_future<int>();
    auto [slow, slow_resolver] = make_future<int>();
    std::stop_source losers;
    const auto whole = promissory::race(fast, slow, losers);
    std::jthread one([r = std::move(fast_resolver)]() mutable { r.resolve(1); });
    EXPECT_EQ(whole.await(), 1);
    EXPECT_TRUE(losers.stop_requested());
  };
}

TEST(CombinatorsExplored, AnObedientLoserDecidesNothing) {
  contract("A loser that obeys the stop in another thread does not become the outcome.",
           "losers-hear");
  EXPLORE({}) {
    auto [fast, fast_resolver] = make_future<int>();
    auto [slow, slow_resolver] = make_future<int>();
    auto [never, never_resolver] = make_future<int>();
    std::stop_source losers;
    const auto whole = promissory::all(fast, slow, losers);
    std::jthread obedient([&, never = never, r = std::move(slow_resolver)]() mutable {
      try {
        never.await(losers.get_token());
      } catch (const std::system_error&) {
        r.reject(std::current_exception());
      }
    });
    std::jthread failing([r = std::move(fast_resolver)]() mutable { r.reject(error("cause")); });
    EXPECT_THROW(whole.await(), std::runtime_error);
    obedient.join();
    EXPECT_FALSE(slow.result().has_value());
    try {
      whole.await();
    } catch (const std::system_error&) {
      ADD_FAILURE() << "the loser's cancellation became the outcome";
    } catch (const std::runtime_error& cause) {
      EXPECT_EQ(std::string(cause.what()), "cause");
    }
  };
}

TEST(CombinatorsExplored, TheOutcomeOutlivesTheInputs) {
  contract("Inputs, resolvers and the outcome may go in any order.", "what-a-loser-keeps");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<std::string>();
    auto [second, second_resolver] = make_future<std::string>();
    Future<std::string> whole = promissory::first(first, second);
    first = Future<std::string>();
    second = Future<std::string>();
    std::jthread one([r = std::move(first_resolver)]() mutable { r.resolve("one"); });
    std::jthread two(
        [r = std::move(second_resolver)]() mutable { const auto gone = std::move(r); });
    std::jthread reader([whole] { EXPECT_EQ(whole.await(), "one"); });
    whole = Future<std::string>();
  };
}

}  // namespace
