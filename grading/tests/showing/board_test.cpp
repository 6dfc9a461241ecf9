#include "showing/board.hpp"

#include <gtest/gtest.h>

#include "verdict/score.hpp"

namespace promissory::grading {
namespace {

enum class Work { wrong, right, done };

BoardRow row(const std::string& id, Work work) {
  BoardRow made;
  made.exercise.id = id;
  made.exercise.folder = id + "-toy";
  made.exercise.title = "Toy";
  made.exercise.level = "S";
  made.exercise.stretch = id.starts_with("s");
  made.verdict.id = id;
  made.verdict.folder = made.exercise.folder;
  made.verdict.stages = {{.name = "visible",
                          .status = work == Work::wrong ? StageStatus::failed : StageStatus::passed,
                          .why = {},
                          .diagnostic = {},
                          .tests = {}}};
  made.verdict.score = static_cast<int>(work) + (work == Work::wrong ? 0 : 1);
  return made;
}

std::string next_of(const std::vector<BoardRow>& rows) {
  const auto* step = next_step(rows);
  return step == nullptr ? "none" : step->exercise.id;
}

TEST(Board, TheStretchChallengesAreNextWhenTheOthersHaveEveryPoint) {
  using enum Work;
  EXPECT_EQ(next_of({row("01", done), row("02", wrong), row("s1", wrong)}), "02");
  EXPECT_EQ(next_of({row("01", right), row("02", done), row("s1", wrong)}), "01");
  EXPECT_EQ(next_of({row("01", done), row("02", done), row("s1", right), row("s2", wrong)}), "s2");
  EXPECT_EQ(next_of({row("01", done), row("s1", right), row("s2", done)}), "s1");
  EXPECT_EQ(next_of({row("01", done), row("s1", done)}), "none");
}

TEST(Board, ShowsTheStretchChallengesApart) {
  using enum Work;
  const auto text =
      board({}, {row("01", done), row("02", right), row("s1", done), row("s2", done)});
  EXPECT_NE(text.find("5 of 6 points\n\n  01 S  toy"), std::string::npos) << text;
  EXPECT_NE(
      text.find("\n\n  Stretch challenges, a mark of their own: 6 of 6 points\n\n  s1 S  toy"),
      std::string::npos)
      << text;
  EXPECT_LT(text.find("  02 S  toy"), text.find("Stretch challenges, a mark")) << text;
}

TEST(Board, StretchPointsLiftNobodyIntoAnotherBand) {
  std::vector<BoardRow> rows;
  for (const auto* id : {"01", "02", "03", "04", "05", "s1", "s2", "s3"}) {
    rows.push_back(row(id, Work::done));
  }
  EXPECT_NE(board({}, rows).find("You can say what a future is"), std::string::npos);
}

TEST(Board, SaysNothingOfStretchChallengesWhereThereAreNone) {
  EXPECT_EQ(board({}, {row("01", Work::done)}).find("Stretch challenges, a"), std::string::npos);
}

}  // namespace
}  // namespace promissory::grading
