#include "support/quiet.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <functional>
#include <string>
#include <thread>

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

// Each thread works, begins the next, and waits for it: there is always one awake, until the last.
void begin_many(int count, std::atomic<int>& begun, Gate& gate) {
  be_busy(10);
  ++begun;
  if (count == 1) return gate.wait();
  const std::jthread next([&, count] { begin_many(count - 1, begun, gate); });
}

TEST(Quiet, EverythingThatCanBeDoneIsDone) {
  contract(
      "wait_until_quiet() returns when all other threads wait, those too that began meanwhile.");
  std::atomic<int> begun{0};
  Gate gate;
  std::jthread first([&] { begin_many(6, begun, gate); });
  wait_until_quiet();
  EXPECT_EQ(begun, 6);
  gate.open();
}

TEST(Quiet, ItIsQuietWhenNobodyIsThere) {
  contract("Without other threads it is quiet.");
  wait_until_quiet();
  EXPECT_TRUE(other_threads().empty());
}

TEST(Quiet, TheOthersAreShownWhereTheyStand) {
  contract("The threads of the test are shown, without the caller and those of nobody's test.");
  Gate gate;
  std::jthread other([&] { gate.wait(); });
  wait_until_quiet();
  EXPECT_EQ(other_threads().size(), 1U);
  const auto stacks = stacks_of_the_others();
  EXPECT_NE(stacks.find("1 thread ("), std::string::npos) << stacks;
  EXPECT_NE(stacks.find("quiet_test.cpp"), std::string::npos) << stacks;
  EXPECT_EQ(stacks.find("watchdog"), std::string::npos) << stacks;
  gate.open();
}

}  // namespace
}  // namespace promissory::support
