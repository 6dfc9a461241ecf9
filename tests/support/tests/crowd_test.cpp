#include "support/crowd.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <thread>
#include <vector>

#include "support/contract.hpp"
#include "support/gate.hpp"

namespace promissory::support {
namespace {

/// Keeps this thread on a processor for so long.
void be_busy(std::clock_t milliseconds) {
  const auto cpu_time = [] {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return spent.tv_sec * 1000 + spent.tv_nsec / 1'000'000;
  };
  const auto end = cpu_time() + milliseconds;
  while (cpu_time() < end) {
  }
}

TEST(Crowd, IsParkedWhenTheLastOneSleeps) {
  contract("wait_until_parked() returns when all have arrived and sleep, also the slow ones.");
  Gate gate;
  Crowd crowd;
  std::atomic<int> on_their_way{3};
  std::vector<std::jthread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      if (i == 2) be_busy(20);
      crowd.arriving();
      if (i == 1) be_busy(40);
      --on_their_way;
      gate.wait();
    });
  }
  crowd.wait_until_parked(3);
  EXPECT_EQ(on_their_way.load(), 0);
  gate.open();
}

TEST(Crowd, DoesNotWaitForTheDead) {
  contract("A thread that has ended is not waited for.");
  Crowd crowd;
  std::jthread([&] { crowd.arriving(); }).join();
  crowd.wait_until_parked(1);
}

}  // namespace
}  // namespace promissory::support
