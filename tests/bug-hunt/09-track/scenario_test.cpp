#include <gtest/gtest.h>

#include "bug-hunt/09-track/track.hpp"
#include "support/contract.hpp"

namespace {

using promissory::decode;
using promissory::follow;
using promissory::support::contract;

TEST(Track, ItIsFollowedToItsEnd) {
  contract("A track is followed to its last point, and that is its end.");
  const auto summary = follow(decode("0 0  3 4  3 10 ."));
  EXPECT_EQ(summary.points, 3);
  EXPECT_DOUBLE_EQ(summary.metres, 11);
}

}  // namespace
