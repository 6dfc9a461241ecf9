#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bug-hunt/09-track/track.hpp"
#include "support/contract.hpp"

namespace {

using promissory::decode;
using promissory::follow;
using promissory::Point;
using promissory::support::contract;

TEST(TrackHidden, ATrackWithoutAFullStopEnds) {
  contract("A track ends where its text does.");
  const auto summary = follow(decode("0 0 0 7"));
  EXPECT_EQ(summary.points, 2);
  EXPECT_DOUBLE_EQ(summary.metres, 7);
}

TEST(TrackHidden, ATrackThatIsCutOffEnds) {
  contract("Of a track that is cut off within a point, the points before it count.");
  const auto summary = follow(decode("0 0  6 8  12"));
  EXPECT_EQ(summary.points, 2);
  EXPECT_DOUBLE_EQ(summary.metres, 10);
}

TEST(TrackHidden, AnEmptyTrackEnds) {
  contract("A track without points is a short one.");
  for (const std::string text : {"", ".", "no track at all"}) {
    const auto summary = follow(decode(text));
    EXPECT_EQ(summary.points, 0);
    EXPECT_DOUBLE_EQ(summary.metres, 0);
  }
}

TEST(TrackHidden, EveryPointIsDrawnInItsTurn) {
  contract("Each point is drawn, once and in its turn.");
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(i) + " 0 ";
  std::vector<double> drawn;
  const auto summary =
      follow(decode(text), [&](const Point& point) { drawn.push_back(point.east); });
  ASSERT_EQ(drawn.size(), 300U);
  for (int i = 0; i < 300; ++i) EXPECT_DOUBLE_EQ(drawn[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(summary.points, 300);
  EXPECT_DOUBLE_EQ(summary.metres, 299);
}

TEST(TrackHidden, ATrackThatNobodyFollowsLeavesNothingBehind) {
  contract("A track that is decoded and never looked at leaves nothing behind.");
  decode("0 0  1 1");
  const auto points = decode("0 0  1 1  2");
}

TEST(TrackHidden, TheEndIsToldAsOftenAsOneAsks) {
  contract("Behind the last point there is no other, however often one asks.");
  const auto points = decode("5 5");
  EXPECT_TRUE(points->take());
  EXPECT_FALSE(points->take());
  EXPECT_FALSE(points->take());
}

}  // namespace
