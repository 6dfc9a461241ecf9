#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "bug-hunt/20b-route/route.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Navigation;
using promissory::Route;
using promissory::support::contract;

TEST(RouteExplored, NoOrderShowsHalfARoute) {
  contract("Whenever the screen asks, it is shown the whole route or none.");
  EXPLORE({}) {
    const Navigation navigation(
        [](const std::string&) {
          return Route{{"left", "right"}, 25};
        },
        "the sea");
    for (int i = 0; i < 3; ++i) {
      if (const auto route = navigation.route()) {
        EXPECT_EQ(route->turns.size(), 2U);
        EXPECT_EQ(route->minutes, 25);
      }
    }
  };
}

}  // namespace
