#include <gtest/gtest.h>

#include <stdexcept>
#include <stop_token>
#include <system_error>

#include "bug-hunt/14-trip/trip.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::TripPlanner;
using promissory::support::contract;
using promissory::support::Gate;

// A search that finds nothing and does not give up by itself.
int search_on(const std::stop_token& stop) {
  Gate found;
  found.wait(stop);
  throw std::system_error(std::make_error_code(std::errc::operation_canceled));
}

TEST(Trip, WithoutAFlightNobodyNeedsAHotel) {
  contract("When one part of a trip fails, the search for the others ends, too.");
  EXPECT_THROW(
      TripPlanner().price(
          {{"flight", [](const std::stop_token&) -> int { throw std::runtime_error("full"); }},
           {"hotel", search_on},
           {"car", search_on}}),
      std::runtime_error);
}

}  // namespace
