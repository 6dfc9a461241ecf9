#include <gtest/gtest.h>

#include <string>

#include "bug-hunt/20b-route/route.hpp"
#include "support/contract.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Navigation;
using promissory::Route;
using promissory::support::contract;
using promissory::support::wait_until_quiet;

TEST(Route, TheWholeRouteIsShown) {
  contract("As soon as there is a route, it is the whole route.");
  const Navigation navigation(
      [](const std::string&) {
        return Route{{"left at the church", "right at the bridge"}, 25};
      },
      "the sea");
  wait_until_quiet();
  EXPECT_EQ(navigation.text(), "the sea, 25 min\nleft at the church\nright at the bridge");
}

}  // namespace
