#include "verdict/score.hpp"

#include <gtest/gtest.h>

namespace promissory::grading {
namespace {

Stage stage(const std::string& name, StageStatus status) {
  return {.name = name, .status = status, .why = {}, .diagnostic = {}, .tests = {}};
}

Verdict right_verdict() {
  Verdict verdict;
  for (const auto* name : {"audit", "visible", "hidden", "tsan", "asan", "explore", "mine"}) {
    verdict.stages.push_back(stage(name, StageStatus::passed));
  }
  verdict.mutants = {{"one", "One", true}, {"two", "Two", false}};
  return verdict;
}

TEST(Score, ThreeForATestThatBreaksAMutant) {
  EXPECT_EQ(score_of(right_verdict()), 3);
}

TEST(Score, TwoWhenTheOwnTestFails) {
  auto verdict = right_verdict();
  verdict.stages.back().status = StageStatus::failed;
  EXPECT_EQ(score_of(verdict), 2);
}

TEST(Score, TwoWhenItBreaksNone) {
  auto verdict = right_verdict();
  verdict.mutants[0].killed = false;
  EXPECT_EQ(score_of(verdict), 2);
}

TEST(Score, TwoWhenTheOwnTestIsNotJudged) {
  auto verdict = right_verdict();
  verdict.stages.back().status = StageStatus::not_judged;
  EXPECT_EQ(score_of(verdict), 2);
}

TEST(Score, AHintCapsItAtOne) {
  auto verdict = right_verdict();
  verdict.hints_used = 1;
  EXPECT_EQ(score_of(verdict), 1);
}

TEST(Score, NoughtWhenAnyStepBeforeFailsOrIsSkipped) {
  for (const auto status : {StageStatus::failed, StageStatus::skipped}) {
    for (std::size_t i = 0; i < 6; ++i) {
      auto verdict = right_verdict();
      verdict.stages[i].status = status;
      EXPECT_EQ(score_of(verdict), 0) << verdict.stages[i].name;
      EXPECT_FALSE(verdict.right());
    }
  }
}

TEST(Score, NoughtWithoutAnyStep) {
  EXPECT_EQ(score_of(Verdict()), 0);
}

TEST(Bands, MeetWithoutAGap) {
  for (const auto& [points, from, to] :
       {std::array{0, 0, 15}, std::array{15, 0, 15}, std::array{16, 16, 25}, std::array{25, 16, 25},
        std::array{26, 26, 35}, std::array{35, 26, 35}, std::array{36, 36, 45},
        std::array{45, 36, 45}}) {
    EXPECT_EQ(band_of(points).from, from) << points;
    EXPECT_EQ(band_of(points).to, to) << points;
  }
}

TEST(Bands, EachSaysWhatToDoNext) {
  for (const int points : {0, 16, 26, 36}) {
    EXPECT_GT(std::string(band_of(points).means).size(), 10U);
    EXPECT_GT(std::string(band_of(points).next).size(), 10U);
  }
}

}  // namespace
}  // namespace promissory::grading
