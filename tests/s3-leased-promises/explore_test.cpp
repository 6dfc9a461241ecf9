// The store is in memory here, and time is virtual: it stands still while anybody can run, and then
// jumps to the next deadline. So a test may say that nobody had to wait for a lease to end.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "explorer/explorer.hpp"
#include "s3-leased-promises/leased_promises.hpp"
#include "support/contract.hpp"
#include "support/memory_lease_store.hpp"
#include "support/observed_lease_store.hpp"
#include "support/words.hpp"

namespace {

using promissory::LeasedPromises;
using promissory::Unreachable;
using promissory::support::contract;
using promissory::support::MemoryLeaseStore;
using promissory::support::ObservedLeaseStore;
using promissory::support::thrown_by;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Task = LeasedPromises::Task;

constexpr std::chrono::milliseconds ttl{30};

/// Takes so long, or until it is stopped.
void work_for(Clock::duration time, const Task& task) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, task.token, Clock::now() + time, [] { return false; });
}

TEST(LeasedPromiseExplored, EachIsSettledOnce) {
  contract(
      "However writers and awaiters meet, each promise is computed and settled once, without "
      "waiting for a clock.",
      "writers");
  EXPLORE({.schedules = 400}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", ttl);
    std::atomic<int> computed{0};
    const auto compute = [&](const Task& task) {
      ++computed;
      return "value of " + task.id;
    };
    const auto stop = std::make_unique<std::stop_source>();
    {
      std::jthread one([&] { promises.work(compute, stop->get_token()); });
      std::jthread two([&] { promises.work(compute, stop->get_token()); });
      promises.begin("alice", start + 1h);
      promises.begin("bob", start + 1h);
      EXPECT_EQ(promises.await("alice", start + 1h), "value of alice");
      EXPECT_EQ(promises.await("bob", start + 1h), "value of bob");
      stop->request_stop();
    }
    EXPECT_EQ(computed.load(), 2);
    EXPECT_EQ(store.settlements(), 2U);
    EXPECT_EQ(Clock::now(), start);
  };
}

TEST(LeasedPromiseExplored, NoWorkIsMissed) {
  contract("However a promise is begun while a writer comes to wait, it is done, without a clock.",
           "writers");
  EXPLORE({.schedules = 400}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", ttl);
    const auto stop = std::make_unique<std::stop_source>();
    const auto compute = [&](const Task&) {
      stop->request_stop();
      return "Alice";
    };
    std::jthread writer([&] { promises.work(compute, stop->get_token()); });
    promises.begin("alice", start + 1h);
    writer.join();
    EXPECT_EQ(promises.await("alice", start + 1h), "Alice");
    EXPECT_EQ(Clock::now(), start);
  };
}

TEST(LeasedPromiseExplored, NoOutcomeIsMissed) {
  contract("However the settlement and the wait meet, the outcome is heard of, without a clock.",
           "before-the-look");
  EXPLORE({.schedules = 400}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", ttl);
    promises.begin("alice", start + 1h);
    const auto lease = store.claim("somebody", 1h, {}).lease.value();
    std::jthread awaiter([&] { EXPECT_EQ(promises.await("alice", start + 1h), "Alice"); });
    store.settle(lease, {promissory::PromiseState::resolved, "Alice"}, {});
    awaiter.join();
    EXPECT_EQ(Clock::now(), start);
  };
}

TEST(LeasedPromiseExplored, TheDeadAreSucceeded) {
  contract("When whoever has the lease is dead, one takes over as soon as the lease has ended.",
           "takeovers");
  EXPLORE({.schedules = 300}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", ttl);
    promises.begin("alice", start + 1h);
    store.claim("somebody who has died", 20ms, {});
    std::atomic<int> computed{0};
    const auto compute = [&](const Task&) { return std::to_string(++computed); };
    const auto stop = std::make_unique<std::stop_source>();
    {
      std::jthread one([&] { promises.work(compute, stop->get_token()); });
      std::jthread two([&] { promises.work(compute, stop->get_token()); });
      EXPECT_EQ(promises.await("alice", start + 1h), "1");
      stop->request_stop();
    }
    EXPECT_EQ(computed.load(), 1);
    EXPECT_LE(Clock::now(), start + 22ms);
  };
}

TEST(LeasedPromiseExplored, TheLivingKeepTheLease) {
  contract("Work that takes longer than a lease lives is done once: the lease is renewed.",
           "heartbeats");
  EXPLORE({.schedules = 150}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", ttl);
    promises.begin("alice", start + 1h);
    std::atomic<int> computed{0};
    const auto compute = [&](const Task& task) {
      work_for(100ms, task);
      EXPECT_FALSE(task.token.stop_requested());
      return std::to_string(++computed);
    };
    const auto stop = std::make_unique<std::stop_source>();
    {
      std::jthread one([&] { promises.work(compute, stop->get_token()); });
      std::jthread two([&] { promises.work(compute, stop->get_token()); });
      EXPECT_EQ(promises.await("alice", start + 1h), "1");
      EXPECT_EQ(Clock::now(), start + 100ms);
      stop->request_stop();
    }
    EXPECT_EQ(computed.load(), 1);
  };
}

TEST(LeasedPromiseExplored, AStopLeavesNothingBehind) {
  contract("A writer may be stopped at any time, and leaves no lease behind.", "stopped-writers");
  EXPLORE({.schedules = 500}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", 1h);
    promises.begin("alice", start + 1h);
    const auto compute = [](const Task& task) -> std::string {
      work_for(1ms, task);
      if (task.token.stop_requested()) throw std::runtime_error("I was stopped");
      return "Alice";
    };
    const auto stop = std::make_unique<std::stop_source>();
    {
      std::jthread stopped([&] { promises.work(compute, stop->get_token()); });
      std::jthread stopper([&] { stop->request_stop(); });
    }
    EXPECT_FALSE(store.is_leased("alice"));
    const auto last = std::make_unique<std::stop_source>();
    std::jthread other([&] { promises.work(compute, last->get_token()); });
    EXPECT_EQ(promises.await("alice", start + 1h), "Alice");
    last->request_stop();
    other.join();
    EXPECT_EQ(store.settlements(), 1U);
    EXPECT_LE(Clock::now(), start + 2ms);
  };
}

TEST(LeasedPromiseExplored, ALatecomerChangesNothing) {
  contract("Whenever a writer loses its lease, the promise is settled once, and all see the same.",
           "the-fence-decides");
  EXPLORE({.schedules = 500}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    LeasedPromises promises(store, "writer", ttl);
    promises.begin("alice", start + 1h);
    std::atomic<int> computed{0};
    const auto compute = [&](const Task&) { return std::to_string(++computed); };
    const auto stop = std::make_unique<std::stop_source>();
    {
      std::jthread one([&] { promises.work(compute, stop->get_token()); });
      std::jthread two([&] { promises.work(compute, stop->get_token()); });
      store.expire("alice");
      const auto seen = promises.await("alice", start + 1h);
      EXPECT_EQ(promises.await("alice", start + 1h), seen);
      EXPECT_EQ(store.outcome("alice", {})->payload, seen);
      stop->request_stop();
    }
    EXPECT_EQ(store.settlements(), 1U);
    EXPECT_EQ(store.outcome("alice", {})->state, promissory::PromiseState::resolved);
  };
}

TEST(LeasedPromiseExplored, ALostAnswerLosesNothing) {
  contract("When the answer to a settlement is lost, it counts all the same, and once.",
           "asked-again");
  EXPLORE({.schedules = 300}) {
    const auto start = Clock::now();
    MemoryLeaseStore store;
    std::atomic<int> lost{0};
    ObservedLeaseStore observed(store, [&](const std::string& step) {
      if ((step.ends_with("settle") || step == "after outcome") && ++lost <= 3) {
        throw Unreachable(step);
      }
    });
    LeasedPromises promises(observed, "writer", 1h);
    promises.begin("alice", start + 1h);
    std::atomic<int> computed{0};
    const auto compute = [&](const Task&) { return std::to_string(++computed); };
    const auto stop = std::make_unique<std::stop_source>();
    {
      std::jthread one([&] { promises.work(compute, stop->get_token()); });
      EXPECT_EQ(promises.await("alice", start + 30min), "1");
      stop->request_stop();
    }
    EXPECT_EQ(computed.load(), 1);
    EXPECT_EQ(store.settlements(), 1U);
    EXPECT_LT(Clock::now(), start + 1s);
  };
}

}  // namespace
