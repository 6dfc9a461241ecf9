#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/06b-platform/platform.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"

namespace {

using promissory::Departure;
using promissory::support::contract;
using promissory::support::Crowd;

TEST(PlatformHidden, AFullHallIsTold) {
  contract("However many wait, each of them is told.");
  constexpr int count = 40;
  Departure departure;
  Crowd hall;
  std::atomic<int> told{0};
  {
    std::vector<std::jthread> passengers;
    for (int i = 0; i < count; ++i) {
      passengers.emplace_back([&] {
        hall.arriving();
        if (departure.platform() == 3) ++told;
      });
    }
    hall.wait_until_parked(count);
    departure.announce(3);
  }
  EXPECT_EQ(told, count);
}

TEST(PlatformHidden, WhoComesLaterIsToldAtOnce) {
  contract("Who comes when the platform is announced is told without waiting, each time.");
  Departure departure;
  EXPECT_EQ(departure.platform_if_announced(), std::nullopt);
  EXPECT_TRUE(departure.announce(2));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(departure.platform(), 2);
  EXPECT_EQ(departure.platform_if_announced(), 2);
}

TEST(PlatformHidden, TheFirstAnnouncementStays) {
  contract("A platform is announced once; there is none below one.");
  Departure departure;
  EXPECT_THROW(departure.announce(0), std::invalid_argument);
  EXPECT_TRUE(departure.announce(2));
  EXPECT_FALSE(departure.announce(5));
  EXPECT_FALSE(departure.cancel());
  EXPECT_EQ(departure.platform(), 2);
}

TEST(PlatformHidden, ATrainThatDoesNotRunIsToldOf) {
  contract("When the train does not run, all who wait are told, and no platform is announced.");
  Departure departure;
  Crowd hall;
  {
    std::vector<std::jthread> passengers;
    for (int i = 0; i < 3; ++i) {
      passengers.emplace_back([&] {
        hall.arriving();
        EXPECT_EQ(departure.platform(), std::nullopt);
      });
    }
    hall.wait_until_parked(3);
    EXPECT_TRUE(departure.cancel());
  }
  EXPECT_FALSE(departure.announce(1));
}

TEST(PlatformHidden, WhoLeavesTakesNobodysPlace) {
  contract("A passenger who leaves the hall keeps nobody from being told.");
  Departure departure;
  Crowd hall;
  std::stop_source leave;
  std::jthread one([&] {
    hall.arriving();
    EXPECT_THROW(departure.platform(leave.get_token()), std::system_error);
  });
  std::jthread other([&] {
    hall.arriving();
    EXPECT_EQ(departure.platform(), 9);
  });
  hall.wait_until_parked(2);
  leave.request_stop();
  one.join();
  departure.announce(9);
}

}  // namespace
