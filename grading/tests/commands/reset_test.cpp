#include <gtest/gtest.h>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class ResetCommand : public testing::Test {
 protected:
  ResetCommand() : workbook_("reset") {
    workbook_.add("01", "cell");
    starter_ = read_file(header());
  }
  fs::path header() const { return workbook_.exercises("01-cell") / "cell.hpp"; }
  Finished reset() const { return workbook_.tool({"reset", "01"}); }
  // The one kept file of this name, wherever its folder is.
  std::string kept(const std::string& name) const {
    std::string text = "none";
    for (const auto& entry :
         fs::recursive_directory_iterator(workbook_.root() / ".promissory" / "backup")) {
      if (entry.path().filename() == name) text = read_file(entry.path());
    }
    return text;
  }
  // Any command keeps the starters it sees untouched.
  void keep_starters() const { workbook_.tool({"hint", "01", "--again"}); }

  ToyWorkbook workbook_;
  std::string starter_;
};

TEST_F(ResetCommand, GivesTheStarterBackAndKeepsWhatWasThere) {
  keep_starters();
  write_file(header(), "mine\n");
  const auto finished = reset();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(read_file(header()), starter_);
  EXPECT_EQ(kept("cell.hpp"), "mine\n");
  EXPECT_TRUE(finished.out.starts_with(
      "exercises/01-cell/cell.hpp is as it was given; yours is kept in .promissory/backup/"))
      << finished.out;
}

TEST_F(ResetCommand, BringsADeletedFileBack) {
  keep_starters();
  fs::remove(header());
  EXPECT_EQ(reset().exit_code, 0);
  EXPECT_EQ(read_file(header()), starter_);
}

TEST_F(ResetCommand, LeavesAnUntouchedExerciseAlone) {
  const auto finished = reset();
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_EQ(finished.out, "");
  EXPECT_FALSE(fs::exists(workbook_.root() / ".promissory" / "backup"));
}

TEST_F(ResetCommand, HintsStillCount) {
  workbook_.tool({"hint", "01"});
  write_file(header(), "mine\n");
  reset();
  EXPECT_NE(workbook_.tool({"hint", "01"}).out.find("Hint 2 of 3"), std::string::npos);
}

TEST_F(ResetCommand, AsksGitForAStarterThatItNeverSaw) {
  const auto git = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=a", "-c", "user.email=a@b"});
    const auto finished = run({.argv = arguments, .folder = workbook_.root()});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
  };
  git({"init", "-q"});
  git({"add", "exercises"});
  git({"commit", "-q", "-m", "given"});
  write_file(header(), "mine\n");
  git({"commit", "-q", "-a", "-m", "mine"});
  EXPECT_EQ(reset().exit_code, 0);
  EXPECT_EQ(read_file(header()), starter_);
}

TEST_F(ResetCommand, WithoutAnyStarterItSaysSoAndTouchesNothing) {
  write_file(header(), "mine\n");
  const auto finished = reset();
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_EQ(finished.err,
            "promissory: no untouched copy of exercises/01-cell/cell.hpp is known: take it from a "
            "fresh clone\n");
  EXPECT_EQ(read_file(header()), "mine\n");
}

}  // namespace
}  // namespace promissory::grading
