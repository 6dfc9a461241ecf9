#include "workbook/mutant.hpp"

#include <gtest/gtest.h>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

constexpr const char* patch = R"(Title: The last one wins
Wrong: It replaces: the number.
Shows: Only the last amount is there.
Killed-by: A.B, C.D
Flavour: tsan
Ordering: yes
Explored-by: E.F

--- a/solutions/01-toy/x.hpp
+++ b/solutions/01-toy/x.hpp
@@ -1,3 +1,3 @@
 one
-two
+2
 three
)";

class MutantFile : public testing::Test {
 protected:
  MutantFile() {
    write_file(solution() / "x.hpp", "one\ntwo\nthree\n");
    write_file(folder() / "02-second.patch", patch);
    write_file(folder() / "01-first.patch", patch);
    write_file(folder() / "notes.txt", "no mutant");
  }
  fs::path folder() const { return scratch_.path() / "mutants"; }
  fs::path solution() const { return scratch_.path() / "solutions" / "01-toy"; }
  fs::path overlay() const { return scratch_.path() / "overlay"; }

  ScratchFolder scratch_;
};

TEST_F(MutantFile, IsReadWithItsHeader) {
  const auto mutants = read_mutants(folder());
  ASSERT_EQ(mutants.size(), 2U);
  EXPECT_EQ(mutants[0].name, "01-first");
  EXPECT_EQ(mutants[0].title, "The last one wins");
  EXPECT_EQ(mutants[0].wrong, "It replaces: the number.");
  EXPECT_EQ(mutants[0].killed_by, (std::vector<std::string>{"A.B", "C.D"}));
  EXPECT_EQ(mutants[0].flavour, "tsan");
  EXPECT_EQ(mutants[0].explored_by, std::vector<std::string>{"E.F"});
}

TEST_F(MutantFile, AMissingFolderHoldsNone) {
  EXPECT_TRUE(read_mutants(folder() / "none").empty());
}

TEST_F(MutantFile, EveryHeaderLineIsNeeded) {
  for (const std::string key :
       {"Title", "Wrong", "Shows", "Killed-by", "Flavour", "Ordering", "Explored-by"}) {
    std::string text = patch;
    const auto at = text.find("\n" + key + ": ") + 1;
    write_file(folder() / "01-first.patch", text.erase(at, text.find('\n', at) + 1 - at));
    try {
      read_mutants(folder());
      ADD_FAILURE() << key << " is not missed";
    } catch (const Complaint& complaint) {
      const auto file = (folder() / "01-first.patch").string();
      EXPECT_EQ(complaint.what(), file + ": no `" + key + ":` line in its header");
    }
  }
}

TEST_F(MutantFile, OnlyAFaultOfOrderingIsExplored) {
  std::string text = patch;
  text.replace(text.find("Ordering: yes"), 13, "Ordering: no");
  write_file(folder() / "01-first.patch", text);
  EXPECT_TRUE(read_mutants(folder()).front().explored_by.empty());
}

TEST_F(MutantFile, WhatExploreTestsKillIsExploredByThem) {
  std::string text = patch;
  text.replace(text.find("Flavour: tsan"), 13, "Flavour: explore");
  write_file(folder() / "01-first.patch", text);
  EXPECT_EQ(read_mutants(folder()).front().explored_by, (std::vector<std::string>{"A.B", "C.D"}));
}

TEST_F(MutantFile, IsAppliedToACopy) {
  apply_mutant(read_mutants(folder()).front(), solution(), overlay());
  EXPECT_EQ(read_file(overlay() / "01-toy" / "x.hpp"), "one\n2\nthree\n");
  EXPECT_EQ(read_file(solution() / "x.hpp"), "one\ntwo\nthree\n");
}

TEST_F(MutantFile, IsAppliedAgainToTheFreshReference) {
  const auto mutant = read_mutants(folder()).front();
  apply_mutant(mutant, solution(), overlay());
  apply_mutant(mutant, solution(), overlay());
  EXPECT_EQ(read_file(overlay() / "01-toy" / "x.hpp"), "one\n2\nthree\n");
}

TEST_F(MutantFile, ThatDoesNotApplyIsNamed) {
  write_file(solution() / "x.hpp", "one\nzwei\nthree\n");
  try {
    apply_mutant(read_mutants(folder()).front(), solution(), overlay());
    FAIL() << "it applies";
  } catch (const Complaint& complaint) {
    EXPECT_NE(std::string(complaint.what()).find("01-first.patch does not apply to the reference"),
              std::string::npos)
        << complaint.what();
  }
}

}  // namespace
}  // namespace promissory::grading
