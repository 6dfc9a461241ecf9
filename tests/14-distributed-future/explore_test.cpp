// The coordinator is in memory here, and time is virtual: it stands still while anybody can run,
// and then jumps to the next deadline. So a test may say that nobody had to wait for a lock to end.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "14-distributed-future/distributed_future.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/memory_coordinator.hpp"
#include "support/observed_coordinator.hpp"
#include "support/words.hpp"

namespace {

using promissory::DistributedFutures;
using promissory::Unreachable;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::MemoryCoordinator;
using promissory::support::ObservedCoordinator;
using promissory::support::thrown_by;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Lead = DistributedFutures::Lead;

constexpr DistributedFutures::Times times{.lock = 30ms, .value = 1h};

/// Takes so long, or until it is stopped.
void work_for(Clock::duration time, const Lead& lead) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, lead.token, Clock::now() + time, [] { return false; });
}

TEST(DistributedFutureExplored, OneComputesForAll) {
  contract("However they meet, one computes and all get its value, without waiting for a clock.",
           "subscribe-then-look");
  EXPLORE({.schedules = 500}) {
    const auto start = Clock::now();
    MemoryCoordinator coordinator;
    DistributedFutures futures(coordinator, times);
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead&) { return std::to_string(++computed); };
    const auto ask = [&] { EXPECT_EQ(futures.get("alice", compute, start + 1h), "1"); };
    {
      std::jthread first(ask);
      std::jthread second(ask);
      ask();
    }
    EXPECT_EQ(computed.load(), 1);
    EXPECT_EQ(Clock::now(), start);
    EXPECT_FALSE(coordinator.is_locked("alice"));
  };
}

TEST(DistributedFutureExplored, AFailureIsHandedOver) {
  contract("When compute fails, the next one computes at once.", "failures");
  EXPLORE({.schedules = 500}) {
    const auto start = Clock::now();
    MemoryCoordinator coordinator;
    DistributedFutures futures(coordinator, times);
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead&) -> std::string {
      if (++computed == 1) throw std::runtime_error("not this time");
      return "Alice";
    };
    std::atomic<int> failures{0};
    const auto ask = [&] {
      try {
        EXPECT_EQ(futures.get("alice", compute, start + 1h), "Alice");
      } catch (const std::runtime_error&) {
        ++failures;
      }
    };
    {
      std::jthread first(ask);
      std::jthread second(ask);
      ask();
    }
    EXPECT_EQ(failures.load(), 1);
    EXPECT_EQ(computed.load(), 2);
    EXPECT_EQ(Clock::now(), start);
  };
}

TEST(DistributedFutureExplored, TheDeadAreSucceeded) {
  contract("When whoever has the lock is dead, the next one leads as soon as the lock has ended.",
           "the-dead");
  EXPLORE({.schedules = 300}) {
    const auto start = Clock::now();
    MemoryCoordinator coordinator;
    coordinator.lock("alice", "somebody who has died", 20ms, {});
    DistributedFutures futures(coordinator, times);
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead&) { return std::to_string(++computed); };
    const auto ask = [&] { EXPECT_EQ(futures.get("alice", compute, start + 1h), "1"); };
    {
      std::jthread other(ask);
      ask();
    }
    EXPECT_EQ(computed.load(), 1);
    EXPECT_LE(Clock::now(), start + 22ms);
  };
}

TEST(DistributedFutureExplored, TheLivingKeepTheLock) {
  contract("Work that takes longer than a lock lives is done once: the lock is renewed.",
           "renewal");
  EXPLORE({.schedules = 150}) {
    const auto start = Clock::now();
    MemoryCoordinator coordinator;
    DistributedFutures futures(coordinator, times);
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead& lead) {
      work_for(100ms, lead);
      EXPECT_FALSE(lead.token.stop_requested());
      return std::to_string(++computed);
    };
    const auto ask = [&] { EXPECT_EQ(futures.get("alice", compute, start + 1h), "1"); };
    {
      std::jthread other(ask);
      ask();
    }
    EXPECT_EQ(computed.load(), 1);
    EXPECT_EQ(Clock::now(), start + 100ms);
  };
}

TEST(DistributedFutureExplored, AStopLeavesNothingBehind) {
  contract("Whoever is stopped leaves, at any time, and leaves no lock behind.", "patience");
  EXPLORE({.schedules = 500}) {
    const auto start = Clock::now();
    MemoryCoordinator coordinator;
    DistributedFutures futures(coordinator, times);
    // What is not written yet says so here.
    futures.get(
        "bob", [](const Lead&) { return "Bob"; }, start + 1h);
    const auto source = std::make_unique<std::stop_source>();
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead&) { return std::to_string(++computed); };
    std::jthread stopped([&] {
      const auto how =
          thrown_by([&] { futures.get("alice", compute, start + 1h, source->get_token()); });
      EXPECT_TRUE(how == "none" || how == "canceled") << how;
    });
    std::jthread stopper([&] { source->request_stop(); });
    EXPECT_EQ(futures.get("alice", compute, start + 1h), "1");
    stopped.join();
    stopper.join();
    EXPECT_FALSE(coordinator.is_locked("alice"));
    EXPECT_EQ(computed.load(), 1);
    EXPECT_EQ(Clock::now(), start);
  };
}

TEST(DistributedFutureExplored, ALatecomerGetsWhatTheOthersHave) {
  contract("Whoever loses the lock while it computes gets the value of those who come after.",
           "no-fence");
  EXPLORE({.schedules = 500}) {
    const auto start = Clock::now();
    MemoryCoordinator coordinator;
    DistributedFutures futures(coordinator, times);
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead&) { return std::to_string(++computed); };
    std::string first;
    std::string second;
    {
      std::jthread one([&] { first = futures.get("alice", compute, start + 1h); });
      std::jthread two([&] { second = futures.get("alice", compute, start + 1h); });
      coordinator.expire("alice");
    }
    EXPECT_EQ(first, second);
    EXPECT_EQ(coordinator.value("alice", {}), first);
    EXPECT_FALSE(coordinator.is_locked("alice"));
  };
}

TEST(DistributedFutureExplored, ALostAnswerLosesNothing) {
  contract("When an answer is lost, nobody waits for a lock that is its own.", "nobody-knows");
  EXPLORE({.schedules = 300}) {
    const auto start = Clock::now();
    MemoryCoordinator server;
    std::atomic<int> steps{0};
    ObservedCoordinator coordinator(server, [&](const std::string& step) {
      if ((step == "after lock" || step == "after publish") && ++steps <= 2) {
        throw Unreachable(step);
      }
    });
    DistributedFutures futures(coordinator, {.lock = 1h, .value = 2h});
    std::atomic<int> computed{0};
    const auto compute = [&](const Lead&) { return std::to_string(++computed); };
    const auto ask = [&] { EXPECT_EQ(futures.get("alice", compute, start + 30min), "1"); };
    {
      std::jthread other(ask);
      ask();
    }
    EXPECT_EQ(computed.load(), 1);
    EXPECT_LT(Clock::now(), start + 1s);
  };
}

}  // namespace
