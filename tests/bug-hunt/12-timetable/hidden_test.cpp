#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/12-timetable/timetable.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Departures;
using promissory::Timetable;
using promissory::support::contract;
using promissory::support::Crowd;
using promissory::support::HeldGate;

const Departures three{"9:15 to the sea", "9:40 to town", "9:58 to the hills"};

TEST(TimetableHidden, ItIsLoadedOnceAndOnlyWhenItIsNeeded) {
  contract("The departures are loaded when somebody asks, and once.");
  std::atomic<int> loaded{0};
  Timetable timetable([&](const std::stop_token&) {
    ++loaded;
    return three;
  });
  EXPECT_EQ(loaded, 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(timetable.departures({}), three);
  EXPECT_EQ(loaded, 1);
}

TEST(TimetableHidden, WhoGivesUpIsLetGo) {
  contract("A passenger who gives up is let go while the departures are still being loaded.");
  HeldGate goes_on;
  Timetable timetable([&](const std::stop_token& stop) {
    goes_on.wait(stop);
    return three;
  });
  std::stop_source gives_up;
  gives_up.request_stop();
  EXPECT_THROW(timetable.departures(gives_up.get_token()), std::system_error);
  goes_on.open();
  EXPECT_EQ(timetable.departures({}), three);
}

TEST(TimetableHidden, ThoseWhoWaitAlreadyAreToldToo) {
  contract("Those who wait when another one gives up are told the departures, of the one load.");
  HeldGate goes_on;
  std::atomic<int> loaded{0};
  std::atomic<int> told{0};
  Crowd waiting;
  Timetable timetable([&](const std::stop_token& stop) {
    ++loaded;
    goes_on.wait(stop);
    if (stop.stop_requested()) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    return three;
  });
  std::stop_source gives_up;
  std::jthread first([&] {
    waiting.arriving();
    EXPECT_THROW(timetable.departures(gives_up.get_token()), std::system_error);
  });
  waiting.wait_until_parked(1);
  std::vector<std::jthread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&] {
      waiting.arriving();
      try {
        if (timetable.departures({}) == three) ++told;
      } catch (const std::system_error&) {
      }
    });
  }
  waiting.wait_until_parked(4);
  gives_up.request_stop();
  first.join();
  goes_on.open();
  others.clear();
  EXPECT_EQ(told, 3);
  EXPECT_EQ(loaded, 1);
}

TEST(TimetableHidden, WhatLoadingThrowsIsToldToAll) {
  contract("A station without a timetable is an error for whoever asks.");
  Timetable timetable(
      [](const std::stop_token&) -> Departures { throw std::runtime_error("no such station"); });
  for (int i = 0; i < 3; ++i) EXPECT_THROW(timetable.departures({}), std::runtime_error);
}

}  // namespace
