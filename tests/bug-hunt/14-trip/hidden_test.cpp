#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/14-trip/trip.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Part;
using promissory::TripPlanner;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::wait_until_quiet;

int search_on(const std::stop_token& stop) {
  Gate found;
  found.wait(stop);
  throw std::system_error(std::make_error_code(std::errc::operation_canceled));
}

Part costs(int price) {
  return {"a part", [price](const std::stop_token&) { return price; }};
}

Part fails(const char* why) {
  return {"a part", [why](const std::stop_token&) -> int { throw std::runtime_error(why); }};
}

TEST(TripHidden, APriceIsTheSumOfItsParts) {
  contract("A trip costs what its parts cost.");
  EXPECT_EQ(TripPlanner().price({costs(300), costs(120), costs(45)}), 465);
  EXPECT_EQ(TripPlanner().price({}), 0);
}

TEST(TripHidden, AllPartsAreSearchedForAtOnce) {
  contract("No search waits for another.");
  constexpr int count = 8;
  std::latch all_at_it(count);
  std::vector<Part> parts;
  for (int i = 0; i < count; ++i) {
    parts.push_back({"a part", [&](const std::stop_token&) {
                       all_at_it.arrive_and_wait();
                       return 10;
                     }});
  }
  EXPECT_EQ(TripPlanner().price(parts), 80);
}

TEST(TripHidden, TheFirstFailureIsTold) {
  contract("Of several parts that fail, the first in their order is told of.");
  try {
    TripPlanner().price({costs(1), fails("no hotel"), fails("no car")});
    ADD_FAILURE() << "a trip without a hotel";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no hotel");
  }
}

TEST(TripHidden, ALaterPartThatFailsStopsThoseBehindIt) {
  contract("Whichever part fails, the searches that still run are stopped.");
  EXPECT_THROW(TripPlanner().price({costs(1), fails("full"), {"car", search_on}}),
               std::runtime_error);
}

TEST(TripHidden, ManyFailedTripsLeaveNothingBehind) {
  contract("However many trips fall through, nothing stays behind.");
  for (int i = 0; i < 10; ++i) {
    EXPECT_THROW(TripPlanner().price({fails("full"), {"hotel", search_on}, {"car", search_on}}),
                 std::runtime_error);
  }
}

TEST(TripHidden, ACustomerWhoLeavesStopsEverything) {
  contract("When the customer goes away, so do the searches.");
  std::stop_source leaves;
  std::jthread customer([&] {
    wait_until_quiet();
    leaves.request_stop();
  });
  EXPECT_THROW(
      TripPlanner().price({{"flight", search_on}, {"hotel", search_on}}, leaves.get_token()),
      std::system_error);
}

TEST(TripHidden, ASearchThatSucceedsIsNotStopped) {
  contract("As long as nothing fails, nobody is told to stop.");
  bool was_stopped = true;
  const Part hotel{"hotel", [&](const std::stop_token& stop) {
                     was_stopped = stop.stop_requested();
                     return 5;
                   }};
  EXPECT_EQ(TripPlanner().price({costs(1), hotel, costs(1)}), 7);
  EXPECT_FALSE(was_stopped);
}

}  // namespace
