#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "bug-hunt/06b-platform/platform.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"

namespace {

using promissory::Departure;
using promissory::support::contract;
using promissory::support::Crowd;

TEST(Platform, EveryPassengerIsTold) {
  contract("When the platform is announced, all who wait for it are told.");
  Departure departure;
  Crowd hall;
  std::vector<std::jthread> passengers;
  for (int i = 0; i < 3; ++i) {
    passengers.emplace_back([&] {
      hall.arriving();
      EXPECT_EQ(departure.platform(), 7);
    });
  }
  hall.wait_until_parked(3);
  EXPECT_TRUE(departure.announce(7));
}

}  // namespace
