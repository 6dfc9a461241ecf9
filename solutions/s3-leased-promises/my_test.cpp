// Property: however often the connection breaks, leases end too early and work fails, each promise
// is settled once, everybody who waits sees that outcome, and no writer hangs.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "s3-leased-promises/leased_promises.hpp"
#include "support/contract.hpp"
#include "support/memory_lease_store.hpp"
#include "support/observed_lease_store.hpp"

namespace {

using promissory::LeasedPromises;
using promissory::RejectedError;
using promissory::Unreachable;
using promissory::support::contract;
using promissory::support::MemoryLeaseStore;
using promissory::support::ObservedLeaseStore;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// One of many steps goes wrong. Nobody knows whether the step was done.
class BadLine {
 public:
  explicit BadLine(unsigned seed) : random_(seed) {}
  void operator()(const std::string& step) {
    std::lock_guard lock(mutex_);
    if (random_() % 10 == 0) throw Unreachable(step);
  }

 private:
  std::mutex mutex_;
  std::mt19937 random_;
};

void work_together(unsigned seed) {
  const std::array<std::string, 4> ids{"alice", "bob", "carol", "dave"};
  MemoryLeaseStore store;
  BadLine line(seed);
  ObservedLeaseStore observed(store, std::ref(line));
  LeasedPromises promises(observed, "writer", 20ms);
  const auto deadline = Clock::now() + 9s;
  const auto compute = [&](const LeasedPromises::Task& task) -> std::string {
    // Every other one loses its lease in the middle of its work.
    if ((seed + task.fence) % 2 == 0 && task.fence < 3) store.expire(task.id);
    if (task.id == "bob") throw std::runtime_error("no such user");
    return task.id + " under " + std::to_string(task.fence);
  };
  const auto stop = std::make_unique<std::stop_source>();
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 3; ++i) {
      writers.emplace_back([&] { promises.work(compute, stop->get_token()); });
    }
    for (const auto& id : ids) promises.begin(id, deadline);
    for (const auto& id : ids) {
      try {
        const auto seen = promises.await(id, deadline);
        EXPECT_TRUE(seen.starts_with(id)) << seen;
        EXPECT_EQ(promises.await(id, deadline), seen);
        EXPECT_EQ(store.outcome(id, {deadline})->payload, seen);
      } catch (const RejectedError& error) {
        EXPECT_EQ(id, "bob") << error.what();
        EXPECT_STREQ(error.what(), "no such user");
      }
    }
    stop->request_stop();
  }
  EXPECT_EQ(store.settlements(), ids.size());
}

TEST(MyLeasedPromises, AreSettledOnceOnABadLine) {
  contract("However often the line breaks and leases end, each promise is settled once.",
           "takeovers");
  for (unsigned seed = 0; seed < 12 && !HasFailure(); ++seed) work_together(seed);
}

}  // namespace
