#include "workbook/workbook.hpp"

#include <gtest/gtest.h>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

class WorkbookFolder : public testing::Test {
 protected:
  WorkbookFolder() {
    std::filesystem::create_directories(root() / "tests");
    for (const auto* name : {"02-result", "01-one-shot", "10-one-stage"}) add(name);
  }

  void add(const std::string& name) {
    const auto path = root() / "exercises" / name / "exercise.toml";
    write_file(path, read_file(toys() / "exercise.toml"));
    replace_in(path, "@ID@", name.substr(0, 2));
  }

  std::string complaint(const std::string& name) const {
    try {
      open_workbook(root()).find(name);
    } catch (const Complaint& complaint) {
      return complaint.what();
    }
    return "no complaint";
  }

  const std::filesystem::path& root() const { return scratch_.path(); }

 private:
  ScratchFolder scratch_;
};

TEST_F(WorkbookFolder, OrdersItsExercises) {
  const auto workbook = open_workbook(root());
  ASSERT_EQ(workbook.exercises.size(), 3U);
  EXPECT_EQ(workbook.exercises.front().folder, "01-one-shot");
  EXPECT_EQ(workbook.exercises.back().folder, "10-one-stage");
}

TEST_F(WorkbookFolder, FindsByIdOrPartOfAName) {
  const auto workbook = open_workbook(root());
  EXPECT_EQ(workbook.find("2").folder, "02-result");
  EXPECT_EQ(workbook.find("02").folder, "02-result");
  EXPECT_EQ(workbook.find("res").folder, "02-result");
  EXPECT_EQ(workbook.find("10").folder, "10-one-stage");
  EXPECT_EQ(workbook.find("01-one-shot").folder, "01-one-shot");
}

TEST_F(WorkbookFolder, ComplainsOfNamesThatMeanNoneOrTwo) {
  EXPECT_EQ(complaint("99"), "no exercise `99`: there are 01-one-shot to 10-one-stage");
  EXPECT_EQ(complaint(""), "no exercise ``: there are 01-one-shot to 10-one-stage");
  EXPECT_EQ(complaint("one"), "`one` could be 01-one-shot or 10-one-stage: say more of the name");
}

TEST_F(WorkbookFolder, SelectsEachOnceInItsOwnOrder) {
  const auto chosen = open_workbook(root()).select({"10", "01", "10"});
  ASSERT_EQ(chosen.size(), 2U);
  EXPECT_EQ(chosen.front().id, "01");
}

TEST_F(WorkbookFolder, RefusesTwoExercisesWithOneId) {
  add("02-twice");
  EXPECT_EQ(complaint("01"), "two exercises have the id 02: 02-result and 02-twice");
}

TEST_F(WorkbookFolder, RefusesAFolderThatIsNone) {
  EXPECT_THROW(open_workbook(root() / "tests"), Complaint);
  std::filesystem::remove_all(root() / "exercises");
  std::filesystem::create_directory(root() / "exercises");
  EXPECT_THROW(open_workbook(root()), Complaint);
}

}  // namespace
}  // namespace promissory::grading
