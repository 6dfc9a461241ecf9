#include <gtest/gtest.h>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {

class HintCommand : public testing::Test {
 protected:
  HintCommand() : workbook_("hint") { workbook_.add("01", "all-pass"); }
  std::string hint() const {
    const auto finished = workbook_.tool({"hint", "01"});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished.out;
  }
  std::string again() const {
    const auto finished = workbook_.tool({"hint", "01", "--again"});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished.out;
  }
  ToyWorkbook workbook_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(HintCommand, ClimbsTheLadderOneRungAtATime) {
  EXPECT_TRUE(has(hint(), "Hint 1 of 3 · A nudge\n\n  Two threads that add"));
  EXPECT_TRUE(has(hint(), "Hint 2 of 3 · The guard"));
  const auto last = hint();
  EXPECT_TRUE(has(last, "Hint 3 of 3 · Nearly the answer\n\n      std::lock_guard lock(mutex_);"))
      << last;
  EXPECT_TRUE(has(last, "3 of 3 hints used: 01 now scores at most 1."));
  EXPECT_EQ(hint(),
            "All 3 hints of 01-all-pass are shown; `promissory hint 01 --again` repeats them.\n");
}

TEST_F(HintCommand, AgainTakesNone) {
  EXPECT_EQ(again(), "No hint of 01-all-pass has been shown yet.\n");
  hint();
  const auto repeated = again();
  EXPECT_TRUE(has(repeated, "Hint 1 of 3"));
  EXPECT_FALSE(has(repeated, "Hint 2 of 3"));
  EXPECT_EQ(again(), repeated);
  EXPECT_TRUE(has(hint(), "Hint 2 of 3"));
}

TEST_F(HintCommand, CapsTheScoreEvenOfAVerdictThatWasThereBefore) {
  EXPECT_TRUE(has(workbook_.tool({"grade", "01"}).out, "01-all-pass  3 of 3 points"));
  hint();
  const auto graded = workbook_.tool({"grade", "01"});
  EXPECT_TRUE(has(graded.out, "01-all-pass  1 of 3 points")) << graded.out;
  EXPECT_TRUE(has(graded.out, "hints used: 1, which caps the score at 1"));
  EXPECT_EQ(graded.exit_code, 0);
}

TEST_F(HintCommand, AJournalThatCannotBeReadIsACase2) {
  write_file(workbook_.root() / "journal.db", std::string(5000, 'x'));
  const auto finished = workbook_.tool({"hint", "01"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_TRUE(has(finished.err, "Move it away to begin a new one")) << finished.err;
}

}  // namespace
}  // namespace promissory::grading
