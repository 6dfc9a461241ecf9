#include <gtest/gtest.h>

#include <stop_token>
#include <system_error>
#include <thread>

#include "bug-hunt/12-timetable/timetable.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Departures;
using promissory::Timetable;
using promissory::support::contract;
using promissory::support::Gate;

TEST(TimetableExplored, OneGivesUpAndTheOtherIsTold) {
  contract("Whenever one gives up, the other is told the departures.");
  EXPLORE({.schedules = 500}) {
    Gate given_up;
    Timetable timetable([&](const std::stop_token& stop) -> Departures {
      if (!given_up.wait(stop)) {
        throw std::system_error(std::make_error_code(std::errc::operation_canceled));
      }
      return {"9:15"};
    });
    std::stop_source gives_up;
    std::jthread impatient([&] {
      try {
        timetable.departures(gives_up.get_token());
      } catch (const std::system_error&) {
      }
    });
    std::jthread patient([&] { EXPECT_EQ(timetable.departures({}), Departures{"9:15"}); });
    gives_up.request_stop();
    impatient.join();
    given_up.open();
  };
}

}  // namespace
