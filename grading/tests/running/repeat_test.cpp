#include "running/repeat.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace promissory::grading {
namespace {

class Repeat : public testing::Test {
 protected:
  TestResult repeat_with(const Insistence& insistence, std::vector<Outcome> outcomes) {
    return repeat(insistence, [&, next = outcomes.begin()]() mutable {
      TestResult result;
      result.outcome = *next++;
      result.cpu_seconds = 2;
      return result;
    });
  }
};

TEST_F(Repeat, AnybodyIsBelievedAtOnceUnlessAsked) {
  const auto result = repeat_with({}, {Outcome::passed, Outcome::failed});
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.runs, 1);
}

TEST_F(Repeat, APassIsOneWhenEveryRunPasses) {
  const auto result =
      repeat_with({.times = 3}, {Outcome::passed, Outcome::passed, Outcome::passed});
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.runs, 3);
  EXPECT_EQ(result.cpu_seconds, 6);
}

TEST_F(Repeat, TheFirstRunThatFailsIsShown) {
  const auto result = repeat_with({.times = 3}, {Outcome::passed, Outcome::race, Outcome::passed});
  EXPECT_EQ(result.outcome, Outcome::race);
  EXPECT_EQ(result.runs, 2);
}

TEST_F(Repeat, AFailureByLuckIsNone) {
  const auto result = repeat_with({.on_passing = false, .times = 3},
                                  {Outcome::failed, Outcome::failed, Outcome::passed});
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.runs, 3);
}

TEST_F(Repeat, WhatPassesIsNotAskedToFailAgain) {
  const auto result = repeat_with({.on_passing = false, .times = 3}, {Outcome::passed});
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.runs, 1);
}

}  // namespace
}  // namespace promissory::grading
