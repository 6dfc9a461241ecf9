#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "05-future/future.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Future;
using promissory::go;
using promissory::make_future;
using promissory::Result;
using promissory::support::contract;

TEST(FutureExplored, EveryAwaiterIsWoken) {
  contract("One outcome wakes every awaiter of every copy.", "one-shared-state");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    const auto await = [copy = future] { EXPECT_EQ(copy.await(), 7); };
    std::jthread first(await);
    std::jthread second(await);
    EXPECT_TRUE(resolver.resolve(7));
  };
}

TEST(FutureExplored, OneOfTwoResolversWins) {
  contract("Of two resolve() at the same time one wins, and its value stays.", "one-shared-state");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    std::atomic<int> winners{0};
    const auto resolve = [&resolver = resolver, &winners](int value) {
      winners += resolver.resolve(value) ? 1 : 0;
    };
    std::jthread first(resolve, 1);
    std::jthread second(resolve, 2);
    const int seen = future.await();
    first.join();
    second.join();
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(future.await(), seen);
  };
}

TEST(FutureExplored, ReadyPublishesTheOutcome) {
  contract("Who has seen ready() may read the outcome, without waiting and without a race.",
           "publish-then-read");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    std::jthread producer([resolver = std::move(resolver)]() mutable { resolver.resolve(7); });
    if (future.ready()) {
      EXPECT_EQ(future.result().value(), 7);
    }
  };
}

TEST(FutureExplored, ACallbackFiresOnceWheneverItIsRegistered) {
  contract("A callback that is registered while the outcome is stored is called, once.",
           "call-me-back");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    std::atomic<int> calls{0};
    std::jthread producer([resolver = std::move(resolver)]() mutable { resolver.resolve(7); });
    future.on_ready([&](const Result<int>& outcome) { calls += outcome.value() == 7 ? 1 : 100; });
    producer.join();
    EXPECT_EQ(calls, 1);
  };
}

TEST(FutureExplored, ACallbackMayUseItsOwnFuture) {
  contract("No lock is held while a callback runs.", "no-lock-while-calling");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    std::atomic<int> sum{0};
    std::jthread producer([resolver = std::move(resolver)]() mutable { resolver.resolve(7); });
    future.on_ready([&sum, copy = future](const Result<int>&) {
      copy.on_ready([&sum](const Result<int>& again) { sum += again.value(); });
      sum += copy.await();
    });
    producer.join();
    EXPECT_EQ(sum, 14);
  };
}

TEST(FutureExplored, ADroppedResolverBreaksThePromiseInEveryOrder) {
  contract("A resolver that goes unsettled breaks its promise, for waiters and for callbacks.",
           "broken-promise");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    std::atomic<int> heard{0};
    future.on_ready([&](const Result<int>& outcome) { heard += outcome ? 0 : 1; });
    std::jthread producer(
        [resolver = std::move(resolver)]() mutable { const auto dropped = std::move(resolver); });
    try {
      future.await();
      ADD_FAILURE() << "await() returned a value that nobody gave";
    } catch (const std::future_error& error) {
      EXPECT_EQ(error.code(), std::future_errc::broken_promise);
    }
    producer.join();
    EXPECT_EQ(heard, 1);
  };
}

TEST(FutureExplored, TheLastHandleMayGoInACallback) {
  contract("A callback may drop the last handle of its own future.", "call-me-back");
  EXPLORE({}) {
    auto made = make_future<int>();
    auto future = std::make_unique<Future<int>>(std::move(made.first));
    std::jthread producer([resolver = std::move(made.second)]() mutable { resolver.resolve(7); });
    const Future<int>& it = *future;
    it.on_ready([&future](const Result<int>& outcome) {
      future.reset();
      EXPECT_EQ(outcome.value(), 7);
    });
    producer.join();
  };
}

TEST(FutureExplored, AStopEndsOneWaitWheneverItComes) {
  contract("A stop that comes as an awaiter falls asleep is heard.", "giving-up");
  EXPLORE({}) {
    auto [future, resolver] = make_future<int>();
    std::stop_source impatience;
    std::jthread stopper([&] { impatience.request_stop(); });
    try {
      future.await(impatience.get_token());
      ADD_FAILURE() << "await() returned although nobody has settled the promise";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::operation_canceled);
    }
    EXPECT_TRUE(resolver.resolve(7));
    EXPECT_EQ(future.await(), 7);
  };
}

TEST(FutureExplored, GoDeliversInEveryOrder) {
  contract("go() delivers the value or the error, dropped or awaited, and its threads are joined.",
           "go");
  EXPLORE({.schedules = 500}) {
    go([] { return 1; });
    const auto failing = go([]() -> int { throw std::runtime_error("no route"); });
    EXPECT_EQ(go([] { return 7; }).await(), 7);
    EXPECT_THROW(failing.await(), std::runtime_error);
  };
}

}  // namespace
