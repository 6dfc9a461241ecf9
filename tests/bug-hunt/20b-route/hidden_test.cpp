#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "bug-hunt/20b-route/route.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Navigation;
using promissory::Planner;
using promissory::Route;
using promissory::support::contract;
using promissory::support::HeldGate;
using promissory::support::wait_until_quiet;

Planner straight_on(int turns) {
  return [turns](const std::string&) {
    return Route{std::vector<std::string>(static_cast<std::size_t>(turns), "straight on"), turns};
  };
}

TEST(RouteHidden, WhileItIsPlannedThereIsNone) {
  contract("The screen is drawn while the route is planned, and says so.");
  HeldGate planned;
  const Navigation navigation(
      [&](const std::string& destination) {
        planned.wait();
        return Route{{"left to " + destination}, 5};
      },
      "town");
  EXPECT_FALSE(navigation.route());
  EXPECT_EQ(navigation.text(), "planning the way to town");
  planned.open();
  wait_until_quiet();
  EXPECT_EQ(navigation.text(), "town, 5 min\nleft to town");
  EXPECT_EQ(navigation.destination(), "town");
}

TEST(RouteHidden, ManyScreensShowTheSame) {
  contract("However many ask, and however often, each is shown the whole route.");
  const Navigation navigation(straight_on(50), "the horizon");
  std::vector<std::jthread> screens;
  for (int i = 0; i < 3; ++i) {
    screens.emplace_back([&] {
      for (int drawn = 0; drawn < 100; ++drawn) {
        const auto route = navigation.route();
        if (!route) continue;
        EXPECT_EQ(route->minutes, 50);
        EXPECT_EQ(route->turns.size(), 50U);
      }
    });
  }
}

TEST(RouteHidden, ARouteWithoutTurnsIsOneToo) {
  contract("Who is there already has a route without turns.");
  const Navigation navigation(straight_on(0), "here");
  wait_until_quiet();
  EXPECT_EQ(navigation.text(), "here, 0 min");
}

TEST(RouteHidden, WhoDoesNotLookLeavesNothingBehind) {
  contract("A route that nobody looks at leaves nothing behind.");
  const Navigation navigation(straight_on(3), "nowhere");
}

}  // namespace
