#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "bug-hunt/06b-platform/platform.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Departure;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(PlatformExplored, NoOrderForgetsAPassenger) {
  contract("Whoever comes before, and whoever after, each passenger is told.");
  EXPLORE({}) {
    Departure departure;
    std::jthread one([&] { EXPECT_EQ(departure.platform(), 7); });
    std::jthread other([&] { EXPECT_EQ(departure.platform(), 7); });
    departure.announce(7);
  };
}

TEST(PlatformExplored, NobodyIsToldLate) {
  contract("Who waits is told when the platform is announced, and not a moment later.");
  EXPLORE({.schedules = 300}) {
    Departure departure;
    const auto announced = std::chrono::steady_clock::now() + 1050ms;
    const auto board = [&] {
      EXPECT_EQ(departure.platform(), 7);
      EXPECT_LT(std::chrono::steady_clock::now() - announced, 10ms);
    };
    std::jthread one(board);
    std::jthread other(board);
    // Costs nothing: the explorer's clock goes on when nobody else can.
    std::this_thread::sleep_until(announced);
    departure.announce(7);
  };
}

}  // namespace
