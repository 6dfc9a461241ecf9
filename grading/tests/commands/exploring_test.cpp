#include "commands/exploring.hpp"

#include <gtest/gtest.h>

namespace promissory::grading {
namespace {

TEST(ExploringSeed, IsANumberOrASchedule) {
  EXPECT_EQ(seed_of("").number, "");
  EXPECT_EQ(seed_of("").replay, "");
  EXPECT_EQ(seed_of("7").number, "7");
  EXPECT_EQ(seed_of("7").replay, "");
  EXPECT_EQ(seed_of("mix:1:37").number, "");
  EXPECT_EQ(seed_of("mix:1:37").replay, "mix:1:37");
}

TEST(ExploringSeed, OfAReportIsTaken) {
  for (const auto* text : {"0", "18446744073709551", "mix:1:0", "random:3:999", "pct:12:7",
                           "pos:1:1", "exhaustive:1:36"}) {
    EXPECT_EQ(complaint_about_seed(text), "") << text;
  }
}

TEST(ExploringSeed, OfAnotherShapeIsRefused) {
  for (const auto* text : {"", "-1", "1.5", "x", "mix", "mix:1", "mix:1:", "mix:1:2:3", "dfs:1:2",
                           "mix:-1:2", "mix:1:2 ", "99999999999999999999", "mix:1:9999999999"}) {
    EXPECT_EQ(complaint_about_seed(text),
              "`" + std::string(text) + "` is neither a number nor a schedule like mix:1:37");
  }
}

}  // namespace
}  // namespace promissory::grading
