#include "workbook/exercise.hpp"

#include <gtest/gtest.h>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

class ExerciseFile : public testing::Test {
 protected:
  ExerciseFile() {
    auto text = read_file(toys() / "exercise.toml");
    while (text.find("@ID@") != std::string::npos) text.replace(text.find("@ID@"), 4, "04");
    while (text.find("@FOLDER@") != std::string::npos)
      text.replace(text.find("@FOLDER@"), 8, "04-toy");
    write_file(path(), text);
  }

  std::filesystem::path path() const { return scratch_.path() / "04-toy" / "exercise.toml"; }

  std::string complaint() const {
    try {
      read_exercise(path());
    } catch (const Complaint& complaint) {
      return complaint.what();
    }
    return "no complaint";
  }

  ScratchFolder scratch_;
};

TEST_F(ExerciseFile, IsReadWhole) {
  const auto exercise = read_exercise(path());
  EXPECT_EQ(exercise.id, "04");
  EXPECT_EQ(exercise.folder, "04-toy");
  EXPECT_EQ(exercise.title, "A cell");
  EXPECT_EQ(exercise.level, "B");
  EXPECT_EQ(exercise.minutes, 5);
  EXPECT_EQ(exercise.files, std::vector<std::string>{"cell.hpp"});
  EXPECT_EQ(exercise.flavours, (std::vector<std::string>{"plain", "tsan", "asan"}));
  EXPECT_EQ(exercise.compile_limit, std::chrono::seconds(120));
  EXPECT_EQ(exercise.test_limit, std::chrono::seconds(60));
  ASSERT_EQ(exercise.hints.size(), 3U);
  EXPECT_EQ(exercise.hints[1].title, "The guard");
}

TEST_F(ExerciseFile, BrokenTomlNamesFileAndLine) {
  replace_in(path(), "title = \"A cell\"", "title = \"A cell");
  EXPECT_NE(complaint().find(path().string() + ":2: not valid TOML"), std::string::npos)
      << complaint();
}

TEST_F(ExerciseFile, EveryKeyIsNeeded) {
  const auto whole = read_file(path());
  for (const char* key : {"id", "title", "level", "minutes", "goal", "needs", "files", "interview",
                          "read", "flavours", "compile_seconds", "test_seconds"}) {
    auto text = whole;
    const auto at = text.find(std::string(key) + " = ");
    text.erase(at, text.find('\n', at) - at);
    write_file(path(), text);
    const auto said = complaint();
    EXPECT_NE(said.find(path().string()), std::string::npos) << said;
    EXPECT_NE(said.find(key), std::string::npos) << key << ": " << said;
  }
}

TEST_F(ExerciseFile, MayNameGivenFilesAndLibraries) {
  EXPECT_TRUE(read_exercise(path()).given.empty());
  EXPECT_TRUE(read_exercise(path()).libraries.empty());
  replace_in(path(), "files = [",
             "given = [\"amount.hpp\"]\nlibraries = [\"a\", \"b\"]\nfiles = [");
  EXPECT_EQ(read_exercise(path()).given, std::vector<std::string>{"amount.hpp"});
  EXPECT_EQ(read_exercise(path()).libraries, (std::vector<std::string>{"a", "b"}));
  replace_in(path(), "libraries = [\"a\", \"b\"]", "libraries = \"a\"");
  EXPECT_EQ(complaint(), path().string() + ": `libraries` must be a list of strings");
}

TEST_F(ExerciseFile, MayBeAStretchChallenge) {
  EXPECT_FALSE(read_exercise(path()).stretch);
  replace_in(path(), "minutes = 5", "minutes = 5\nstretch = true");
  EXPECT_TRUE(read_exercise(path()).stretch);
  replace_in(path(), "stretch = true", "stretch = \"yes\"");
  EXPECT_EQ(complaint(), path().string() + ": `stretch` must be true or false");
}

TEST_F(ExerciseFile, AWrongTypeIsNamed) {
  replace_in(path(), "minutes = 5", "minutes = \"five\"");
  EXPECT_EQ(complaint(), path().string() + ": `minutes` must be a number");
}

TEST_F(ExerciseFile, AListHoldsStrings) {
  replace_in(path(), "files = [\"cell.hpp\"]", "files = [1]");
  EXPECT_EQ(complaint(), path().string() + ": `files` must be a list of strings");
}

TEST_F(ExerciseFile, AHintHasATitle) {
  replace_in(path(), "title = \"The guard\"", "");
  EXPECT_EQ(complaint(), path().string() + ": `hints.title` must be a string");
}

TEST_F(ExerciseFile, TheIdBeginsTheFoldersName) {
  replace_in(path(), "id = \"04\"", "id = \"05\"");
  EXPECT_NE(complaint().find("does not begin the folder's name"), std::string::npos);
}

TEST_F(ExerciseFile, SomethingMustBeGraded) {
  replace_in(path(), "files = [\"cell.hpp\"]", "files = []");
  EXPECT_NE(complaint().find("nothing to grade"), std::string::npos);
}

TEST_F(ExerciseFile, AnUnknownFlavourIsNamed) {
  replace_in(path(), "\"tsan\"", "\"tasn\"");
  EXPECT_EQ(complaint(), path().string() + ": `flavours` may be plain, tsan and asan, not tasn");
  replace_in(path(), "\"tasn\"", "\"explore\"");
  EXPECT_EQ(complaint(), path().string() +
                             ": `flavours` may be plain, tsan and asan, not explore: an "
                             "explore_test.cpp is enough");
}

}  // namespace
}  // namespace promissory::grading
