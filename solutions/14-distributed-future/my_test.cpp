// Property: however often the connection breaks, and whoever fails, everybody who gets a value gets
// the same one, nobody computes beside another, and no lock is left behind.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <latch>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "14-distributed-future/distributed_future.hpp"
#include "support/contract.hpp"
#include "support/memory_coordinator.hpp"
#include "support/observed_coordinator.hpp"

namespace {

using promissory::DistributedFutures;
using promissory::Unreachable;
using promissory::support::contract;
using promissory::support::MemoryCoordinator;
using promissory::support::ObservedCoordinator;
using namespace std::chrono_literals;

/// One of many steps goes wrong. Nobody knows whether the step was done.
class BadLine {
 public:
  explicit BadLine(unsigned seed) : random_(seed) {}
  void operator()(const std::string& step) {
    if (step.ends_with("release")) return;
    std::lock_guard lock(mutex_);
    if (random_() % 12 == 0) throw Unreachable(step);
  }

 private:
  std::mutex mutex_;
  std::mt19937 random_;
};

void ask_together(unsigned seed) {
  constexpr std::size_t askers = 4;
  // Nobody has the time to wait for a lock to end by itself.
  constexpr DistributedFutures::Times times{.lock = 1h, .value = 1h};
  MemoryCoordinator server;
  BadLine line(seed);
  ObservedCoordinator coordinator(server, std::ref(line));
  DistributedFutures futures(coordinator, times);
  std::atomic<int> computing{0};
  std::atomic<int> computed{0};
  const auto compute = [&](const DistributedFutures::Lead&) {
    EXPECT_EQ(++computing, 1);
    const int number = ++computed;
    --computing;
    if (number <= static_cast<int>(seed % 3)) throw std::runtime_error("not this time");
    return std::to_string(number);
  };
  std::array<std::string, askers> seen;
  std::latch start(askers);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seen) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        try {
          mine = futures.get("alice", compute, DistributedFutures::Clock::now() + 8s);
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "not this time");
        }
      });
    }
  }
  MemoryCoordinator::Clock::time_point now = MemoryCoordinator::Clock::now();
  const auto kept = server.value("alice", {now + 1s});
  ASSERT_TRUE(kept);
  for (const auto& mine : seen) EXPECT_TRUE(mine.empty() || mine == *kept);
  EXPECT_FALSE(server.is_locked("alice"));
}

TEST(MyDistributedFutures, AreComputedOnceOnABadLine) {
  contract("However often the line breaks, everybody gets the one value, and nobody hangs.", "get");
  for (unsigned seed = 0; seed < 40 && !HasFailure(); ++seed) ask_together(seed);
}

}  // namespace
