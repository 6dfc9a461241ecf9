// Stress: resolvers, rejecters and awaiters start together, many times. Whoever wins, exactly one
// call says so, and everybody who ever asks sees the winner's outcome.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <exception>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "04-once-promise/promise.hpp"
#include "support/contract.hpp"
#include "support/parked.hpp"

namespace {

using promissory::Promise;
using promissory::support::contract;
using promissory::support::ParkingSpot;

/// What an awaiter saw, in words that can be compared.
std::string outcome_of(const Promise<std::string>& promise) {
  try {
    return promise.await();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

/// One race of two resolvers, two rejecters, two sleeping and two hurrying awaiters.
void race_once() {
  Promise<std::string> promise;
  std::atomic<int> wins{0};
  std::array<bool, 4> has_won{};
  std::array<std::string, 4> seen;
  std::array<ParkingSpot, 2> spots;
  std::latch start(6);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < spots.size(); ++i) {
      threads.emplace_back([&, i] {
        spots[i].arriving();
        seen[i] = outcome_of(promise);
      });
    }
    for (const ParkingSpot& spot : spots) spot.wait_until_parked();
    for (std::size_t i = 2; i < 4; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        seen[i] = outcome_of(promise);
      });
    }
    for (std::size_t i = 0; i < has_won.size(); ++i) {
      threads.emplace_back([&, i] {
        const std::string name = "outcome " + std::to_string(i);
        start.arrive_and_wait();
        has_won[i] = i % 2 == 0 ? promise.resolve(name)
                                : promise.reject(std::make_exception_ptr(std::runtime_error(name)));
        if (has_won[i]) wins.fetch_add(1, std::memory_order_relaxed);
      });
    }
  }
  ASSERT_EQ(wins.load(), 1);
  const std::string final_outcome = outcome_of(promise);
  for (const std::string& one : seen) ASSERT_EQ(one, final_outcome);
  for (std::size_t i = 0; i < has_won.size(); ++i) {
    ASSERT_EQ(has_won[i], final_outcome == "outcome " + std::to_string(i));
  }
}

TEST(MyOncePromise, OneOutcomeForEverybodyWhoeverWins) {
  contract("Exactly one call wins, and every awaiter sees its outcome.", "the-first-one-wins");
  for (int round = 0; round < 50 && !HasFatalFailure(); ++round) race_once();
}

}  // namespace
