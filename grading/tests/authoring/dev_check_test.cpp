// Each guard of `dev check` is tried on a workbook that lacks just what it guards.
#include <gtest/gtest.h>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class DevCheck : public testing::Test {
 protected:
  DevCheck() : workbook_("dev-check") { workbook_.add("01", "cell"); }

  void run(const std::vector<std::string>& how = {}) {
    std::vector<std::string> words{
        "dev", "check", "--least-visible", "2", "--least-hidden", "5", "--least-mutants", "4"};
    words.insert(words.end(), how.begin(), how.end());
    finished_ = workbook_.tool(words);
  }
  void expect_problem(const std::string& where, const std::string& what) const {
    EXPECT_EQ(finished_.exit_code, 1);
    EXPECT_NE(finished_.out.find("✗ " + where + "\n    " + what), std::string::npos)
        << where << ": " << what << "\n"
        << finished_.out << finished_.err;
  }
  void expect_problems(int count) const {
    EXPECT_NE(finished_.out.find("dev check: " + std::to_string(count) + " problem"),
              std::string::npos)
        << finished_.out;
  }

  fs::path mutant(const std::string& name) const {
    return workbook_.tests("01-cell") / "mutants" / (name + ".patch");
  }

  ToyWorkbook workbook_;
  Finished finished_;
};

TEST_F(DevCheck, PassesASoundWorkbook) {
  run();
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
  EXPECT_EQ(finished_.out,
            "files: none stray, none missing\nfiles: formatted\n"
            "01-cell sound: the starter fails, the solution scores 3, every mutant dies\n"
            "dev check: the workbook is sound\n");
}

TEST_F(DevCheck, CountsWhatAnExerciseMustHave) {
  const auto finished = workbook_.tool({"dev", "check"});
  EXPECT_EQ(finished.exit_code, 1);
  for (const auto* what :
       {"has 2 visible tests, needs 6", "has 5 hidden tests, needs 12", "has 4 mutants, needs 6"}) {
    EXPECT_NE(finished.out.find(what), std::string::npos) << finished.out;
  }
}

TEST_F(DevCheck, NamesFilesHintsAndMutantsThatAreNotAsTheyShouldBe) {
  write_file(workbook_.exercises("01-cell") / "notes.txt", "");
  fs::remove(workbook_.tests("01-cell") / "visible_test.cpp");
  fs::copy_file(toys() / "visible_test.cpp", workbook_.tests("01-cell") / "visible_test.cpp");
  replace_in(workbook_.tests("01-cell") / "visible_test.cpp", "@FOLDER@", "01-cell");
  replace_in(workbook_.tests("01-cell") / "visible_test.cpp", "  cell.wait();", "  cell .wait() ;");
  replace_in(workbook_.exercises("01-cell") / "exercise.toml",
             "One `std::mutex`, held while the number is read and written.", "");
  replace_in(mutant("01-no-lock"), "-    std::lock_guard lock(mutex_);", "-    no such line");
  replace_in(mutant("02-the-last-one-wins"), "CellHidden.AddsUp", "CellHidden.AddsDown");
  replace_in(mutant("03-an-exception-leaves-the-thread"),
             "+    threads_.emplace_back([this, fn] { add(fn()); });\n",
             "+    // The same, and a remark.\n"
             "+    threads_.emplace_back([this, fn] {\n+      try {\n+        add(fn());\n"
             "+      } catch (...) {\n+        return;\n+      }\n+    });\n");
  replace_in(mutant("03-an-exception-leaves-the-thread"), "+24,3 @@", "+24,10 @@");
  run();
  expect_problem("exercises/01-cell/notes.txt",
                 "is a stray file: no exercise.toml accounts for it");
  expect_problem("clang-format", "would change:\ntests/01-cell/visible_test.cpp:");
  expect_problem("01-cell", "has an empty hint: The guard");
  expect_problem("01-cell", "01-no-lock: " + mutant("01-no-lock").string() +
                                " does not apply to the reference:");
  expect_problem("01-cell", "02-the-last-one-wins: there is no hidden test CellHidden.AddsDown");
  expect_problem("01-cell",
                 "03-an-exception-leaves-the-thread: survives CellHidden.AnExceptionAddsNothing");
}

TEST_F(DevCheck, NamesAStarterThatIsSolved) {
  fs::copy_file(workbook_.solutions("01-cell") / "cell.hpp",
                workbook_.exercises("01-cell") / "cell.hpp", fs::copy_options::overwrite_existing);
  run();
  expect_problem("01-cell",
                 "Cell.AddsLater on the untouched starter: passed, where it should fail with what "
                 "to write");
  expect_problem("01-cell", "the untouched starter scores 2");
}

TEST_F(DevCheck, NamesATestThatAssertsNothing) {
  replace_in(workbook_.tests("01-cell") / "hidden_test.cpp",
             "  Cell cell;\n  cell.add(2);\n  cell.add(3);\n  const int value = cell.get();\n"
             "  EXPECT_EQ(value, 5);\n",
             "");
  run({"--quick"});
  expect_problem("01-cell",
                 "CellHidden.AddsUp on the untouched starter: passed, where it should fail with "
                 "what to write");
  expect_problem("01-cell", "02-the-last-one-wins: survives CellHidden.AddsUp");
  expect_problems(2);
}

TEST_F(DevCheck, NamesAnExploreTestThatAssertsNothing) {
  replace_in(workbook_.tests("01-cell") / "explore_test.cpp",
             "    Cell cell;\n    {\n"
             "      const std::jthread one([&] { cell.add(1); });\n"
             "      const std::jthread two([&] { cell.add(2); });\n    }\n"
             "    const int value = cell.get();\n    EXPECT_EQ(value, 3);\n",
             "");
  run();
  expect_problem("01-cell",
                 "CellExplored.NothingIsLost on the untouched starter: passed, where it should "
                 "fail with what to write");
  expect_problem("01-cell", "04-looks-and-acts: survives CellExplored.NothingIsLost");
}

TEST_F(DevCheck, NamesAMutantThatNothingExplores) {
  replace_in(mutant("02-the-last-one-wins"), "Flavour: plain", "Flavour: explore");
  run();
  expect_problem("01-cell", "02-the-last-one-wins: there is no explore test CellHidden.AddsUp");
  expect_problems(1);
}

TEST_F(DevCheck, NamesWhatIsNeededAndNotDeclared) {
  workbook_.add("02", "room");
  for (const auto& folder : {workbook_.exercises("02-room"), workbook_.solutions("02-room")}) {
    write_file(folder / "cell.hpp", "#pragma once\n#include \"01-cell/cell.hpp\"\n");
  }
  run({"02", "--quick"});
  for (const auto* room : {"exercises", "solutions"}) {
    expect_problem("02-room",
                   room + std::string("/02-room/cell.hpp:2 includes \"01-cell/cell.hpp\", "
                                      "and exercise.toml does not say that 01 is needed"));
  }
}

TEST_F(DevCheck, NamesASolutionThatIsWrong) {
  replace_in(workbook_.solutions("01-cell") / "cell.hpp", "return value_;", "return value_ + 1;");
  run();
  expect_problem("01-cell", "the solution scores 0, not 3\n✗ 01 · visible");
}

TEST_F(DevCheck, NamesAFileThatIsMissing) {
  fs::remove(workbook_.exercises("01-cell") / "my_test.cpp");
  fs::remove(workbook_.exercises("01-cell") / "cell.hpp");
  run();
  expect_problem("exercises/01-cell/cell.hpp", "is missing");
  expect_problem("exercises/01-cell/my_test.cpp", "is missing");
}

TEST_F(DevCheck, NeedsTheSolutions) {
  fs::remove_all(workbook_.root() / "solutions");
  const auto finished = workbook_.tool({"dev", "check"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_EQ(finished.err, "promissory: dev check needs the solutions; this copy is a handout\n");
}

}  // namespace
}  // namespace promissory::grading
