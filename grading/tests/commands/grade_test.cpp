#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

// An exercise that does not compile is judged soonest: what it is judged for does not matter here.
class GradeCommand : public testing::Test {
 protected:
  GradeCommand() : workbook_("grade-command") {
    workbook_.add("01", "compile-error");
    workbook_.add("02", "all-pass");
  }
  fs::path report() const { return workbook_.root() / "report.json"; }
  // A submission of exercise 01 that would be right.
  fs::path right_submission() const {
    const auto folder = workbook_.root() / "anna";
    fs::create_directories(folder);
    fs::copy(workbook_.solutions("01-compile-error"), folder / "01-compile-error");
    return folder;
  }
  nlohmann::json first_exercise() const {
    return nlohmann::json::parse(read_file(report())).at("exercises").at(0);
  }

  ToyWorkbook workbook_;
};

TEST_F(GradeCommand, RefusesAPathThatCannotBeWrittenBeforeItGrades) {
  const auto path = workbook_.root() / "none" / "report.json";
  for (const auto* option : {"--json", "--junit"}) {
    const auto finished = workbook_.tool({"grade", option, path.string()});
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_EQ(finished.out, "");
    EXPECT_EQ(finished.err,
              "promissory: " + path.string() + " cannot be written: No such file or directory\n");
  }
}

TEST_F(GradeCommand, WhatDoesNotExistIsACase2) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"grade", "99"},
                                                    {"grade", "--from", "nobody"},
                                                    {"check", "99"},
                                                    {"hint", "99"},
                                                    {"reset", "99"},
                                                    {"no-such-command"},
                                                    {"grade", "--no-such-option"},
                                                    {"hint"}}) {
    const auto finished = workbook_.tool(arguments);
    EXPECT_EQ(finished.exit_code, 2) << arguments.front();
    EXPECT_EQ(finished.out, "") << arguments.front();
    EXPECT_NE(finished.err, "") << arguments.front();
  }
  EXPECT_EQ(workbook_.tool({"grade", "99"}).err,
            "promissory: no exercise `99`: there are 01-compile-error to 02-all-pass\n");
}

TEST_F(GradeCommand, ABrokenDescriptionIsACase2) {
  replace_in(workbook_.exercises("02-all-pass") / "exercise.toml", "minutes = 5", "minutes = ");
  const auto finished = workbook_.tool({"grade", "01"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("exercise.toml:4: not valid TOML"), std::string::npos)
      << finished.err;
}

TEST_F(GradeCommand, AReportThatCannotBeWrittenLeavesTheEarlierOne) {
  write_file(report(), "earlier");
  auto command = workbook_.command({"grade", "01", "--json", report().string()});
  // No file may grow: as if the disk had become full during the grade. The compiler's files are
  // caught too, so the exercise is one that the audit refuses.
  write_file(workbook_.exercises("01-compile-error") / "cell.hpp", "asm(\"\");\n");
  workbook_.tool({"next"});
  command.argv.insert(command.argv.begin(),
                      {"sh", "-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"});
  const auto finished = run(command);
  EXPECT_EQ(finished.exit_code, 2) << finished.out;
  EXPECT_EQ(read_file(report()), "earlier");
}

TEST_F(GradeCommand, AFullStandardOutputIsNoSuccess) {
  auto command = workbook_.command({"--help"});
  command.argv.insert(command.argv.begin(), {"sh", "-c", "exec \"$@\" > /dev/full", "sh"});
  EXPECT_NE(run(command).exit_code, 0);
  command = workbook_.command({"hint", "01"});
  command.argv.insert(command.argv.begin(), {"sh", "-c", "exec \"$@\" > /dev/full", "sh"});
  const auto finished = run(command);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("is the disk full?"), std::string::npos) << finished.err;
}

TEST_F(GradeCommand, ASubmissionWithoutTheFileIsToldSo) {
  fs::create_directories(workbook_.root() / "anna");
  const auto finished = workbook_.tool({"grade", "01", "--from", "anna", "--json", report()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(first_exercise().at("stages").at(0).at("why"), "there is no cell.hpp");
}

TEST_F(GradeCommand, ALinkToTheSolutionIsRefused) {
  const auto folder = workbook_.root() / "anna";
  fs::create_directories(folder / "01-compile-error");
  fs::create_symlink(workbook_.solutions("01-compile-error") / "cell.hpp",
                     folder / "01-compile-error" / "cell.hpp");
  auto finished = workbook_.tool({"grade", "01", "--from", "anna", "--json", report()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(first_exercise().at("stages").at(0).at("why"),
            "cell.hpp is a link that leads out of the submission");

  fs::remove_all(folder / "01-compile-error");
  fs::create_directory_symlink(workbook_.solutions("01-compile-error"),
                               folder / "01-compile-error");
  finished = workbook_.tool({"grade", "01", "--from", "anna", "--json", report()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(first_exercise().at("score"), 0);
}

TEST_F(GradeCommand, AnOwnTestThatRemembersEarlierRunsIsRefused) {
  const auto folder = right_submission();
  write_file(folder / "01-compile-error" / "my_test.cpp",
             "#include <gtest/gtest.h>\n#include <fstream>\n"
             "TEST(MyCell, FailsFromTheFifthTimeOn) { std::ifstream in(\"/tmp/times\"); }\n");
  const auto finished = workbook_.tool({"grade", "01", "--from", "anna", "--json", report()});
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  EXPECT_EQ(first_exercise().at("score"), 2);
  const auto mine = first_exercise().at("stages").back();
  EXPECT_EQ(mine.at("status"), "failed");
  EXPECT_EQ(mine.at("diagnostic").at("line"), 2);
}

// Beside the test lies the learner's own header: an include of it must not take the reference's
// place.
TEST_F(GradeCommand, AnOwnTestIsJudgedOnTheReference) {
  const auto folder = right_submission();
  replace_in(folder / "01-compile-error" / "my_test.cpp", "\"01-compile-error/cell.hpp\"",
             "\"cell.hpp\"");
  workbook_.tool({"grade", "01", "--from", "anna", "--json", report()});
  EXPECT_EQ(first_exercise().at("score"), 2);
  EXPECT_EQ(first_exercise().at("mutants_killed"), 0);
}

// The error is not carried forward: who has got an earlier exercise wrong loses its points only.
TEST_F(GradeCommand, WhatAnExerciseNeedsComesFromTheReference) {
  const std::string include = "#pragma once\n#include \"01-compile-error/zero.hpp\"\n";
  write_file(workbook_.solutions("01-compile-error") / "zero.hpp",
             "#pragma once\ninline constexpr int zero = 0;\n");
  write_file(workbook_.exercises("01-compile-error") / "zero.hpp", "#error not yet\n");
  const auto cell = workbook_.exercises("02-all-pass") / "cell.hpp";
  replace_in(cell, "#pragma once\n", include);
  replace_in(cell, "int value_ = 0;", "int value_ = zero;");

  EXPECT_EQ(workbook_.tool({"check", "02"}).exit_code, 1);
  workbook_.tool({"grade", "--json", report()});
  const auto exercises = nlohmann::json::parse(read_file(report())).at("exercises");
  EXPECT_EQ(exercises.at(0).at("score"), 0);
  EXPECT_EQ(exercises.at(1).at("score"), 3);
}

TEST_F(GradeCommand, AnOwnTestMayExplore) {
  const auto folder = right_submission();
  write_file(folder / "01-compile-error" / "my_test.cpp",
             "#include <gtest/gtest.h>\n#include <thread>\n"
             "#include \"01-compile-error/cell.hpp\"\n#include \"explorer/explorer.hpp\"\n"
             "TEST(MyCell, LosesNothing) {\n  EXPLORE({.schedules = 200}) {\n"
             "    promissory::Cell cell;\n    std::jthread other([&] { cell.add(1); });\n"
             "    cell.add(2);\n    other.join();\n    const int value = cell.get();\n"
             "    EXPECT_EQ(value, 3);\n  };\n}\n");
  workbook_.tool({"grade", "01", "--from", "anna", "--json", report()});
  const auto exercise = first_exercise();
  EXPECT_EQ(exercise.at("score"), 3);
  std::vector<std::string> killed;
  for (const auto& mutant : exercise.at("mutants")) {
    if (mutant.at("killed")) killed.push_back(mutant.at("name"));
  }
  EXPECT_EQ(killed,
            (std::vector<std::string>{"01-no-lock", "02-the-last-one-wins", "04-looks-and-acts"}));
}

TEST_F(GradeCommand, AnExerciseWithoutExploreTestsHasNoSuchStep) {
  fs::remove(workbook_.tests("01-compile-error") / "explore_test.cpp");
  workbook_.tool({"grade", "--json", report()});
  const auto has_step = [&](std::size_t exercise) {
    const auto json = nlohmann::json::parse(read_file(report())).at("exercises").at(exercise);
    return std::ranges::any_of(json.at("stages"),
                               [](const auto& stage) { return stage.at("name") == "explore"; });
  };
  EXPECT_FALSE(has_step(0));
  EXPECT_TRUE(has_step(1));
}

TEST_F(GradeCommand, WhatIsNotUtf8SpoilsNoReport) {
  write_file(workbook_.exercises("01-compile-error") / "cell.hpp", "#error caf\xe9\n");
  const auto junit = workbook_.root() / "report.xml";
  const auto finished =
      workbook_.tool({"grade", "01", "--json", report(), "--junit", junit.string()});
  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_EQ(first_exercise().at("stages").at(1).at("diagnostic").at("message"), "#error caf\uFFFD");
  EXPECT_NE(read_file(junit).find("caf\uFFFD"), std::string::npos);
}

TEST_F(GradeCommand, TheSameAgainIsTheSameReport) {
  const auto once = [&] {
    fs::remove(workbook_.root() / "journal.db");
    workbook_.tool({"grade", "--json", report()});
    auto json = nlohmann::ordered_json::parse(read_file(report()));
    json.erase("timing");
    return json.dump(2);
  };
  const auto first = once();
  EXPECT_EQ(first, once());
}

TEST_F(GradeCommand, AKeptVerdictIsMadeAnewWhenAFileChanges) {
  EXPECT_EQ(workbook_.tool({"grade", "01"}).exit_code, 1);
  fs::copy_file(workbook_.solutions("01-compile-error") / "cell.hpp",
                workbook_.exercises("01-compile-error") / "cell.hpp",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(workbook_.tool({"grade", "01"}).exit_code, 0);
}

TEST_F(GradeCommand, CtrlCEndsItAndLosesNothing) {
  write_file(report(), "earlier");
  auto command = workbook_.command({"grade", "02", "--json", report().string()});
  // The shell interrupts the tool as soon as it compiles.
  command.argv.insert(
      command.argv.begin(),
      {"sh", "-c",
       "\"$@\" & tool=$!; until [ -d build/work/plain ]; do :; done; kill -INT $tool; wait $tool",
       "sh"});
  const auto finished = run(command);
  EXPECT_EQ(finished.exit_code, 130) << finished.out << finished.err;
  EXPECT_EQ(finished.err, "promissory: interrupted; nothing is lost\n");
  EXPECT_EQ(read_file(report()), "earlier");
}

}  // namespace
}  // namespace promissory::grading
