#include <gtest/gtest.h>

#include "bug-hunt/09-track/track.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::decode;
using promissory::follow;
using promissory::support::contract;

TEST(TrackExplored, NoOrderLosesAPoint) {
  contract("However decoding and drawing take turns, every point is drawn, and there is an end.");
  EXPLORE({}) {
    EXPECT_EQ(follow(decode("0 0  1 0  2 0")).points, 3);
  };
}

TEST(TrackExplored, ABusyMachineLosesNoPoint) {
  contract("However long a point takes, it is waited for.");
  EXPLORE({.early_timeouts = true}) {
    EXPECT_EQ(follow(decode("0 0  1 0")).points, 2);
  };
}

}  // namespace
