#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "bug-hunt/12-timetable/timetable.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/stack_report.hpp"

namespace {

using promissory::Departures;
using promissory::Timetable;
using promissory::support::contract;
using promissory::support::describe_this_thread;
using promissory::support::HeldGate;

TEST(Timetable, WhoIsPatientIsTold) {
  contract("A passenger who gives up does so for himself: the others are told the departures.");
  HeldGate runs;
  HeldGate goes_on;
  std::string stopped_in;
  Timetable timetable([&](const std::stop_token& stop) -> Departures {
    runs.open();
    goes_on.wait(stop);
    if (stop.stop_requested()) {
      stopped_in = describe_this_thread();
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    return {"9:15 to the sea"};
  });
  std::stop_source gives_up;
  std::jthread impatient(
      [&] { EXPECT_THROW(timetable.departures(gives_up.get_token()), std::system_error); });
  runs.wait();
  gives_up.request_stop();
  impatient.join();
  goes_on.open();
  try {
    EXPECT_EQ(timetable.departures({}), Departures{"9:15 to the sea"});
  } catch (const std::system_error& error) {
    ADD_FAILURE() << "One who never gave up was told: " << error.code().message()
                  << "\nLoading was stopped here:\n"
                  << stopped_in;
  }
}

}  // namespace
