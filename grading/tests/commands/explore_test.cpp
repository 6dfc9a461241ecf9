// `promissory explore` on a toy whose only fault is one of ordering.
#include <gtest/gtest.h>

#include <iterator>
#include <memory>
#include <sstream>

#include "golden.hpp"
#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class ExploreCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    workbook_ = std::make_unique<ToyWorkbook>("explore-command");
    workbook_->add("01", "ordering");
    workbook_->add("02", "all-pass");
    workbook_->add("03", "not-written");
    workbook_->add("04", "compile-error");
    workbook_->add("05", "cell");
    fs::remove(workbook_->tests("05-cell") / "explore_test.cpp");
  }
  static void TearDownTestSuite() { workbook_.reset(); }

  static Finished explore(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "explore");
    return workbook_->tool(arguments);
  }
  static void expect_complaint(const std::vector<std::string>& arguments,
                               const std::string& sentence) {
    const auto finished = explore(arguments);
    EXPECT_EQ(finished.exit_code, 2) << sentence;
    EXPECT_EQ(finished.out, "") << sentence;
    EXPECT_NE(finished.err.find(sentence), std::string::npos) << finished.err;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  // What stands behind "Again: promissory explore ".
  static std::vector<std::string> again(const std::string& report) {
    const std::string opening = "Again: promissory explore ";
    const auto begin = report.find(opening) + opening.size();
    std::istringstream words(report.substr(begin, report.find('\n', begin) - begin));
    return {std::istream_iterator<std::string>(words), {}};
  }

  static inline std::unique_ptr<ToyWorkbook> workbook_;
};

TEST_F(ExploreCommand, ShowsTheScheduleThatFails) {
  const auto finished = explore({"01"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(finished.err, "");
  expect_golden("explore-ordering.txt", without_times(finished.out));
}

TEST_F(ExploreCommand, CountsTheSchedulesOfWhatPasses) {
  const auto finished = explore({"02"});
  EXPECT_EQ(finished.exit_code, 0);
  expect_golden("explore-all-pass.txt", without_times(finished.out));
}

TEST_F(ExploreCommand, AStarterIsToldWhatToWrite) {
  const auto finished = explore({"03"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(has(finished.out, "Write      Cell::add: add the amount under a lock."))
      << finished.out;
  EXPECT_FALSE(has(finished.out, "Again:")) << finished.out;
}

TEST_F(ExploreCommand, WhatDoesNotCompileIsShown) {
  const auto finished = explore({"04"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(has(finished.out, "'amonut' was not declared")) << finished.out;
  EXPECT_TRUE(has(finished.out, "exercises/04-compile-error/cell.hpp:14")) << finished.out;
}

TEST_F(ExploreCommand, TheLastLineOfAReportReplaysIt) {
  const auto first = explore({"01", "--test", "NothingIsLost"});
  const auto words = again(first.out);
  ASSERT_EQ(words.size(), 5U) << first.out;
  EXPECT_EQ(words[0], "01");
  EXPECT_EQ(words[2], "CellExplored.NothingIsLost");
  const auto second = explore(words);
  EXPECT_EQ(second.exit_code, 1);
  const auto steps_of = [](const std::string& text) {
    const auto begin = text.find("  step ");
    return text.substr(begin, text.find("\n\n", begin) - begin);
  };
  EXPECT_EQ(steps_of(second.out), steps_of(first.out));
  EXPECT_EQ(again(second.out), words);

  // A schedule that does not fail passes, and it is only this one.
  const auto other = explore({"02", "--test", words[2], "--seed", words[4]});
  EXPECT_EQ(other.exit_code, 0);
  EXPECT_TRUE(has(other.out, "  1 schedule (")) << other.out;
}

TEST_F(ExploreCommand, ASubmissionIsNamedInTheLineThatReplaysIt) {
  const auto anna = workbook_->root() / "anna's";
  fs::create_directories(anna);
  fs::remove_all(anna / "02-all-pass");
  fs::copy(workbook_->exercises("01-ordering"), anna / "02-all-pass");
  const auto finished = explore({"02", "--from", "anna's", "--test", "Lost"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(has(finished.out,
                  "Again: promissory explore 02 --from 'anna'\\''s' --test "
                  "CellExplored.NothingIsLost --seed mix:1:"))
      << finished.out;
  EXPECT_TRUE(has(finished.out, "  Edit       anna's/02-all-pass/cell.hpp:")) << finished.out;
}

TEST_F(ExploreCommand, SeedSchedulesAndStrategyReachTheExplorer) {
  const auto few = explore({"02", "--test", "Lost", "--schedules", "17"});
  EXPECT_TRUE(has(few.out, "  17 schedules (")) << few.out;
  const auto all =
      explore({"02", "--test", "Lost", "--strategy", "exhaustive", "--schedules", "100000"});
  EXPECT_TRUE(has(all.out, "  every order there is: ")) << all.out;
  const auto other = explore({"01", "--test", "Lost", "--seed", "7"});
  EXPECT_TRUE(has(other.out, "--seed mix:7:")) << other.out;
}

TEST_F(ExploreCommand, AllShowsEveryStep) {
  const auto some = explore({"01", "--test", "Lost"});
  EXPECT_TRUE(has(some.out, "are not shown (--all shows them)")) << some.out;
  EXPECT_FALSE(has(some.out, " begins "));
  const auto all = explore({"01", "--test", "Lost", "--all"});
  EXPECT_FALSE(has(all.out, "are not shown"));
  EXPECT_TRUE(has(all.out, " begins ")) << all.out;
}

TEST_F(ExploreCommand, DrawsTheScheduleThatFails) {
  const auto page = workbook_->root() / "page.html";
  const auto finished = explore({"01", "--html", page.string()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(has(finished.out, page.string() + " draws it\n")) << finished.out;
  const auto text = read_file(page);
  EXPECT_TRUE(has(text, "<h1>CellExplored.NothingIsLost</h1>"));
  EXPECT_TRUE(has(text, "exercises/01-ordering/cell.hpp:"));
  EXPECT_FALSE(has(text, workbook_->root().string()));
}

TEST_F(ExploreCommand, DrawsNothingWhenNoScheduleFails) {
  const auto page = workbook_->root() / "none.html";
  const auto finished = explore({"02", "--html", page.string()});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_TRUE(has(finished.out, "No schedule has failed: " + page.string() + " is not written."))
      << finished.out;
  EXPECT_FALSE(fs::exists(page));
}

TEST_F(ExploreCommand, RefusesAPageThatCannotBeWrittenBeforeItExplores) {
  expect_complaint({"01", "--html", "/nowhere/page.html"}, "cannot be written");
}

TEST_F(ExploreCommand, ExploresATestOfOnesOwn) {
  const auto file = workbook_->exercises("01-ordering") / "my_explore_test.cpp";
  write_file(file,
             "#include <gtest/gtest.h>\n#include <thread>\n"
             "#include \"01-ordering/cell.hpp\"\n#include \"explorer/explorer.hpp\"\n"
             "TEST(Mine, Adds) {\n  EXPLORE({}) {\n    promissory::Cell cell;\n"
             "    std::jthread other([&] { cell.add(1); });\n    cell.add(1);\n    other.join();\n"
             "    EXPECT_EQ(cell.get(), 2);\n  };\n}\n"
             "TEST(Mine, ExploresNothing) {}\n");
  const auto finished = explore({"01", "--file", "exercises/01-ordering/my_explore_test.cpp"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(has(finished.out,
                  "Again: promissory explore 01 --file exercises/01-ordering/my_explore_test.cpp "
                  "--test Mine.Adds --seed mix:1:"))
      << finished.out;
  EXPECT_TRUE(has(finished.out, "✓ Mine.ExploresNothing  nothing explored")) << finished.out;
  const auto words = again(finished.out);
  EXPECT_EQ(explore(words).exit_code, 1);
}

TEST_F(ExploreCommand, SaysWhatItCannotDo) {
  expect_complaint({}, "exercise is required");
  expect_complaint({"99"}, "no exercise `99`");
  expect_complaint({"05"},
                   "05-cell has no explore tests: a test of your own can be explored with "
                   "--file FILE");
  expect_complaint({"01", "--test", "Nobody"},
                   "no test `Nobody`: there are CellExplored.NothingIsLost, "
                   "CellExplored.WaitsForAll");
  expect_complaint({"01", "--seed", "mix:1"},
                   "`mix:1` is neither a number nor a schedule like mix:1:37");
  expect_complaint({"01", "--seed", "mix:1:3"}, "say which, with --test");
  expect_complaint({"01", "--seed", "mix:1:3", "--test", "Lost", "--schedules", "3"},
                   "--schedules and --strategy do not go with it");
  expect_complaint({"01", "--strategy", "luck"}, "luck not in {");
  expect_complaint({"01", "--schedules", "0"}, "--schedules");
  expect_complaint({"01", "--from", "nobody"}, "there is no such folder");
  expect_complaint({"01", "--file", "nothing.cpp"}, "there is no such file");
}

TEST_F(ExploreCommand, AHandoutHasNoExploreTests) {
  const auto solutions = workbook_->root() / "solutions";
  const auto aside = workbook_->root() / "aside";
  fs::rename(solutions, aside);
  expect_complaint({"05"},
                   "this copy is a handout, and explore tests are hidden tests: it has none");
  fs::rename(aside, solutions);
}

// A script stands in for gdb and tells what it was called with.
TEST_F(ExploreCommand, GdbRunsTheScheduleThatFailed) {
  const auto folder = workbook_->root() / "bin";
  write_file(folder / "gdb",
             "#!/bin/sh\necho \"gdb: $*\"\n"
             "echo \"$PROMISSORY_EXPLORE_NO_FORK $PROMISSORY_EXPLORE_REPLAY\"\n");
  fs::permissions(folder / "gdb", fs::perms::owner_all);
  auto command = workbook_->command({"explore", "01", "--test", "Lost", "--gdb"});
  command.environment.push_back("PATH=" + folder.string() + ":/usr/bin:/bin");
  const auto finished = run(command);
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_TRUE(has(finished.out, "--args ")) << finished.out;
  EXPECT_TRUE(has(finished.out, " --gtest_filter=CellExplored.NothingIsLost")) << finished.out;
  EXPECT_TRUE(has(finished.out, "\n1 mix:1:")) << finished.out;
}

TEST_F(ExploreCommand, WithoutGdbItIsAskedFor) {
  const auto folder = workbook_->root() / "no-gdb";
  fs::create_directories(folder);
  if (!fs::exists(folder / "sh")) fs::create_symlink("/bin/sh", folder / "sh");
  auto command = workbook_->command({"explore", "01", "--gdb"});
  command.environment.push_back("PATH=" + folder.string());
  const auto finished = run(command);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_TRUE(has(finished.err, "gdb is not installed: say `apt-get install gdb`")) << finished.err;
}

}  // namespace
}  // namespace promissory::grading
