#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>

#include "04-once-promise/promise.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Promise;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(OncePromiseExplored, EveryAwaiterIsWoken) {
  contract("One resolve() wakes every awaiter, in whatever order they come.", "wake-them-all");
  EXPLORE({}) {
    Promise<int> promise;
    const auto await = [&] { EXPECT_EQ(promise.await(), 7); };
    std::jthread first(await);
    std::jthread second(await);
    std::jthread third(await);
    EXPECT_TRUE(promise.resolve(7));
  };
}

TEST(OncePromiseExplored, OneOfThreeResolversWins) {
  contract("Of resolvers that run at the same time one wins, and its value stays.",
           "check-then-act");
  EXPLORE({}) {
    Promise<int> promise;
    std::atomic<int> winner{0};
    const auto resolve = [&](int value) {
      if (promise.resolve(value)) {
        EXPECT_EQ(winner.exchange(value), 0);
      }
    };
    std::jthread first(resolve, 1);
    std::jthread second(resolve, 2);
    const int seen = promise.await();
    first.join();
    second.join();
    EXPECT_EQ(seen, winner);
    EXPECT_EQ(promise.await(), seen);
  };
}

TEST(OncePromiseExplored, AResolverAndARejecterExcludeEachOther) {
  contract("resolve() and reject() at the same time: one of them wins, for everybody.",
           "check-then-act");
  EXPLORE({}) {
    Promise<std::unique_ptr<int>> promise;
    std::atomic<int> settled{0};
    std::jthread resolver([&] { settled += promise.resolve(std::make_unique<int>(7)) ? 1 : 0; });
    std::jthread rejecter([&] {
      settled += promise.reject(std::make_exception_ptr(std::runtime_error("broken"))) ? 1 : 0;
    });
    const auto outcome = [&] {
      try {
        return *promise.await();
      } catch (const std::runtime_error&) {
        return -1;
      }
    };
    const int seen = outcome();
    resolver.join();
    rejecter.join();
    EXPECT_EQ(settled, 1);
    EXPECT_EQ(outcome(), seen);
  };
}

TEST(OncePromiseExplored, ReadyPublishesTheValue) {
  contract("Who has seen ready() may read the value, without waiting and without a race.",
           "write-then-publish");
  EXPLORE({}) {
    Promise<int> promise;
    std::jthread resolver([&] { promise.resolve(7); });
    if (promise.ready()) {
      std::stop_source stopped;
      stopped.request_stop();
      EXPECT_EQ(promise.await(stopped.get_token()), 7);
    }
  };
}

TEST(OncePromiseExplored, AStopEndsOneWaitWheneverItComes) {
  contract("A stop that comes as an awaiter falls asleep is heard, by this awaiter alone.",
           "stop-before-sleep");
  EXPLORE({}) {
    Promise<int> promise;
    std::stop_source impatience;
    std::jthread patient([&] { EXPECT_EQ(promise.await(), 7); });
    std::jthread stopper([&] { impatience.request_stop(); });
    try {
      promise.await(impatience.get_token());
      ADD_FAILURE() << "await() returned although nobody has settled the promise";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::operation_canceled);
    }
    EXPECT_TRUE(promise.resolve(7));
  };
}

TEST(OncePromiseExplored, TheLastAwaiterMayDestroyIt) {
  contract(
      "An awaiter that has the outcome may destroy the promise, although resolve() has not "
      "returned.",
      "wake-them-all");
  EXPLORE({}) {
    auto promise = std::make_unique<Promise<int>>();
    std::jthread resolver([it = promise.get()] { it->resolve(7); });
    EXPECT_EQ(promise->await(), 7);
    promise.reset();
  };
}

TEST(OncePromiseExplored, ADeadlineOfAHundredMilliseconds) {
  contract("await_until() ends at its deadline; an outcome that comes later is kept.",
           "giving-up-is-not-settling");
  EXPLORE({.schedules = 300}) {
    Promise<int> promise;
    std::jthread resolver([&] {
      std::this_thread::sleep_for(10s);
      promise.resolve(7);
    });
    try {
      promise.await_until(std::chrono::steady_clock::now() + 100ms);
      ADD_FAILURE() << "the deadline was not heard";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::timed_out);
    }
    EXPECT_EQ(promise.await(), 7);
  };
}

}  // namespace
