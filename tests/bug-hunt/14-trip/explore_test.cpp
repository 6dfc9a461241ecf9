#include <gtest/gtest.h>

#include <stdexcept>
#include <stop_token>
#include <system_error>

#include "bug-hunt/14-trip/trip.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::TripPlanner;
using promissory::support::contract;
using promissory::support::Gate;

TEST(TripExplored, NoOrderLeavesASearchBehind) {
  contract("Whenever a part fails, the search for the other ends.");
  EXPLORE({}) {
    EXPECT_THROW(
        TripPlanner().price(
            {{"flight", [](const std::stop_token&) -> int { throw std::runtime_error("full"); }},
             {"hotel",
              [](const std::stop_token& stop) -> int {
                Gate found;
                found.wait(stop);
                throw std::system_error(std::make_error_code(std::errc::operation_canceled));
              }}}),
        std::runtime_error);
  };
}

}  // namespace
