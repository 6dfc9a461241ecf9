#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "01-one-shot-promise/one_shot.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::get_within;
using promissory::run_async;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(OneShotPromiseExplored, TheValueArrivesInEveryOrder) {
  contract("Whoever is first, the thread or the caller, the value arrives.", "a-thread-and-a-slot");
  EXPLORE({.schedules = 300}) {
    auto future = run_async([answer = std::make_unique<int>(42)] { return *answer; });
    EXPECT_EQ(future.get(), 42);
  };
}

TEST(OneShotPromiseExplored, TheThreadOwnsTheFunction) {
  contract("The thread has its own function when run_async has returned.", "a-thread-and-a-slot");
  EXPLORE({.schedules = 300}) {
    const auto start = [](int number) {
      return run_async([number, other = number + 1] { return number * other; });
    };
    auto first = start(6);
    auto second = start(7);
    EXPECT_EQ(first.get(), 42);
    EXPECT_EQ(second.get(), 56);
  };
}

TEST(OneShotPromiseExplored, ADroppedFutureWaitsForNobody) {
  contract("Dropping the future never blocks, in whatever order the two sides let go.",
           "dropping-a-future");
  EXPLORE({.schedules = 300}) {
    std::promise<void> gate;
    auto work = run_async([opened = gate.get_future().share()] {
      opened.wait();
      return 1;
    });
    work = {};
    gate.set_value();
  };
}

TEST(OneShotPromiseExplored, AnExceptionArrivesInEveryOrder) {
  contract("What the function throws arrives, and is freed by whoever lets go last.",
           "a-thread-and-a-slot");
  EXPLORE({.schedules = 300}) {
    auto read = run_async([]() -> int { throw std::runtime_error("no route"); });
    auto dropped = run_async([]() -> int { throw std::runtime_error("nobody asks"); });
    dropped = {};
    EXPECT_THROW(read.get(), std::runtime_error);
  };
}

TEST(OneShotPromiseExplored, AHundredMillisecondsOfTenSeconds) {
  contract("get_within gives up after its timeout, and the value is there later.",
           "waiting-with-a-limit");
  EXPLORE({.schedules = 300}) {
    auto future = run_async([] {
      std::this_thread::sleep_for(10s);
      return 5;
    });
    EXPECT_EQ(get_within(future, 100ms), std::nullopt);
    EXPECT_EQ(get_within(future, 20s), 5);
  };
}

}  // namespace
