// An exercise whose tests need what this machine does not have: not judged, never passed, and no
// other exercise is the worse for it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

const std::string why_missing =
    "the library no-such-library is not installed here: `make setup` installs it";

class LackingLibrary : public testing::Test {
 protected:
  LackingLibrary() : workbook_("lacking-library") {
    workbook_.add("01", "all-pass");
    workbook_.add("02", "not-written");
    replace_in(workbook_.exercises("01-all-pass") / "exercise.toml", "files = [",
               "libraries = [\"no-such-library\"]\nfiles = [");
  }

  Finished tool(const std::vector<std::string>& arguments) const {
    auto command = workbook_.command(arguments);
    command.environment.push_back("PKG_CONFIG_PATH=" + workbook_.root().string());
    return run(command);
  }
  void install() const {
    write_file(workbook_.root() / "no-such-library.pc",
               "Name: no-such-library\nDescription: It came late\nVersion: 1\n");
  }
  fs::path report() const { return workbook_.root() / "report.json"; }
  nlohmann::json graded() const { return nlohmann::json::parse(read_file(report())); }

  ToyWorkbook workbook_;
};

TEST_F(LackingLibrary, IsNotJudged) {
  const auto junit = workbook_.root() / "report.xml";
  const auto finished = tool({"grade", "--json", report(), "--junit", junit.string()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(finished.out.find("01-all-pass  not judged\n    ✓ audit    \n    ? visible  " +
                              why_missing + "\n    · hidden   an earlier step could not be judged"),
            0U)
      << finished.out;
  EXPECT_NE(finished.out.find("02-not-written  0 of 3 points"), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("\n0 of 3 points\n"), std::string::npos) << finished.out;
  const auto json = graded();
  EXPECT_EQ(json.at("points_possible"), 3);
  EXPECT_EQ(json.at("exercises").at(0).at("not_judged"), why_missing);
  EXPECT_EQ(json.at("exercises").at(0).at("right"), false);
  EXPECT_EQ(json.at("exercises").at(0).at("score"), 0);
  EXPECT_FALSE(json.at("exercises").at(1).contains("not_judged"));
  EXPECT_NE(read_file(junit).find("<skipped message=\"" + why_missing), std::string::npos);
  const auto schema = run(
      {.argv = {PROMISSORY_TEST_PYTHON, "-c",
                "import json, sys, jsonschema\n"
                "jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))"
                ".validate(json.load(open(sys.argv[2])))\n",
                (source_root() / "grading/schema/grade.schema.json").string(), report().string()}});
  EXPECT_EQ(schema.exit_code, 0) << schema.err;
}

TEST_F(LackingLibrary, AloneIsNoPassEither) {
  const auto finished = tool({"grade", "01"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.out.find("\n0 of 0 points\n"), std::string::npos) << finished.out;
}

TEST_F(LackingLibrary, IsToldByEveryCommand) {
  const auto checked = tool({"check", "01"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_EQ(checked.out, "? 01-all-pass · not judged: " + why_missing + "\n");
  const auto explored = tool({"explore", "01"});
  EXPECT_EQ(explored.exit_code, 1);
  EXPECT_EQ(explored.out, "? 01-all-pass · not judged: " + why_missing + "\n");
  const auto board = tool({"status"});
  EXPECT_NE(board.out.find("0 of 3 points"), std::string::npos) << board.out;
  EXPECT_NE(board.out.find("not judged: " + why_missing), std::string::npos) << board.out;
}

TEST_F(LackingLibrary, KeepsNobodyFromTheNextExercise) {
  const auto next = tool({"next"});
  EXPECT_EQ(next.out.find("02 "), 0U) << next.out;
  const auto checked = tool({"check"});
  EXPECT_NE(checked.out.find("02 · visible"), std::string::npos) << checked.out;
}

TEST_F(LackingLibrary, IsJudgedOnceItIsInstalled) {
  EXPECT_NE(tool({"grade", "01"}).out.find("not judged"), std::string::npos);
  install();
  const auto finished = tool({"grade", "01"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  EXPECT_NE(finished.out.find("3 of 3 points"), std::string::npos) << finished.out;
}

TEST_F(LackingLibrary, IsAProblemForAnAuthor) {
  const auto finished = tool({"dev", "check", "01"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.out.find("the solution cannot be judged here: " + why_missing),
            std::string::npos)
      << finished.out;
}

// A test says so itself, where a server is missing for instance.
class LackingServer : public testing::Test {
 protected:
  LackingServer() : workbook_("lacking-server") { workbook_.add("01", "all-pass"); }

  // From now on the test is skipped.
  void take_away_from(const char* test_file) const {
    replace_in(workbook_.tests("01-all-pass") / test_file, "TEST(Cell",
               "TEST(Server, IsThere) { GTEST_SKIP() << \"no server\"; }\n\nTEST(Cell");
  }
  nlohmann::json stages(const std::string& from) const {
    const auto report = workbook_.root() / "report.json";
    workbook_.tool({"grade", "--from", from, "--json", report.string()});
    return nlohmann::json::parse(read_file(report)).at("exercises").at(0).at("stages");
  }

  ToyWorkbook workbook_;
};

TEST_F(LackingServer, IsNotJudged) {
  replace_in(workbook_.tests("01-all-pass") / "visible_test.cpp", "  contract(\"After wait()",
             "  GTEST_SKIP() << \"no server\";\n  contract(\"After wait()");
  const auto finished = workbook_.tool({"grade"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.out.find("01-all-pass  not judged\n"), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("? visible  1 of 2 tests were skipped: no server\n"),
            std::string::npos)
      << finished.out;
  const auto stage = stages("solutions").at(1);
  EXPECT_EQ(stage.at("status"), "not judged");
  EXPECT_EQ(stage.at("tests").at(1).at("outcome"), "skipped");
  const auto checked = workbook_.tool({"check", "01"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_EQ(checked.out, "? 01-all-pass · not judged: 1 of 2 tests were skipped: no server\n");
}

// What is wrong is told, whatever else is lacking.
TEST_F(LackingServer, ExcusesNoFailure) {
  replace_in(workbook_.tests("01-all-pass") / "visible_test.cpp", "  contract(\"get() gives",
             "  GTEST_SKIP() << \"no server\";\n  contract(\"get() gives");
  const auto starter = workbook_.root() / "nobody" / "01-all-pass";
  fs::create_directories(starter);
  for (const auto* file : {"cell.hpp", "my_test.cpp"}) {
    fs::copy_file(toys() / "starter" / file, starter / file);
    auto text = read_file(starter / file);
    while (text.find("@FOLDER@") != std::string::npos) {
      text.replace(text.find("@FOLDER@"), 8, "01-all-pass");
    }
    write_file(starter / file, text);
  }
  const auto stage = stages("nobody").at(1);
  EXPECT_EQ(stage.at("status"), "failed");
  EXPECT_EQ(stage.at("why"), "1 of 2 tests do not pass");
  const auto finished = workbook_.tool({"grade", "--from", "nobody"});
  EXPECT_NE(finished.out.find("✗ 01 · visible · Cell.AddsLater"), std::string::npos)
      << finished.out;
}

TEST_F(LackingServer, UnderASanitizerOnlyIsNoPassEither) {
  replace_in(workbook_.tests("01-all-pass") / "hidden_test.cpp", "namespace {",
             "namespace {\n\n#ifdef __SANITIZE_THREAD__\n"
             "TEST(CellHidden, HasAServer) { GTEST_SKIP() << \"no server\"; }\n"
             "#else\nTEST(CellHidden, HasNoServer) {}\n#endif\n");
  for (const auto& stage : stages("solutions")) {
    if (stage.at("name") == "tsan") {
      EXPECT_NE(stage.at("status"), "passed");
    }
  }
}

TEST_F(LackingServer, OfALearnersOwnTestCostsTheThirdPointOnly) {
  const auto folder = workbook_.root() / "anna";
  fs::create_directories(folder);
  fs::copy(workbook_.solutions("01-all-pass"), folder / "01-all-pass");
  write_file(folder / "01-all-pass" / "my_test.cpp",
             "#include <gtest/gtest.h>\nTEST(Mine, Rests) { GTEST_SKIP() << \"no server\"; }\n");
  const auto mine = stages("anna").back();
  EXPECT_EQ(mine.at("status"), "not judged");
  EXPECT_EQ(mine.at("why"), "1 of 1 tests were skipped: no server");
  const auto finished = workbook_.tool({"grade", "--from", "anna"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  EXPECT_NE(finished.out.find("2 of 3 points"), std::string::npos) << finished.out;
}

// What an exercise comes with.
class GivenFile : public testing::Test {
 protected:
  GivenFile() : workbook_("given-file") {
    workbook_.add("01", "cell");
    replace_in(workbook_.exercises("01-cell") / "exercise.toml", "files = [",
               "given = [\"amount.hpp\"]\nfiles = [");
    for (const auto& folder : {workbook_.exercises("01-cell"), workbook_.solutions("01-cell")}) {
      write_file(folder / "amount.hpp", "#pragma once\nusing Amount = int;\n");
    }
    for (const auto& folder : {workbook_.exercises("01-cell"), workbook_.solutions("01-cell")}) {
      replace_in(folder / "cell.hpp", "#pragma once\n",
                 "#pragma once\n\n#include \"01-cell/amount.hpp\"\n");
    }
  }

  std::string dev_check() const {
    return workbook_
        .tool({"dev", "check", "--quick", "--least-visible", "2", "--least-hidden", "5",
               "--least-mutants", "4"})
        .out;
  }

  ToyWorkbook workbook_;
};

TEST_F(GivenFile, IsNoStrayAndNotGraded) {
  const auto said = dev_check();
  EXPECT_NE(said.find("files: none stray, none missing"), std::string::npos) << said;
  // A submission need not hold it, and cannot change it.
  const auto anna = workbook_.root() / "anna" / "01-cell";
  fs::create_directories(anna.parent_path());
  fs::copy(workbook_.solutions("01-cell"), anna);
  write_file(anna / "amount.hpp", "#error not this one\n");
  EXPECT_EQ(workbook_.tool({"grade", "--from", "anna"}).exit_code, 0);
  fs::remove(anna / "amount.hpp");
  EXPECT_EQ(workbook_.tool({"grade", "--from", "anna"}).exit_code, 0);
}

TEST_F(GivenFile, IsTheSameInBothRooms) {
  write_file(workbook_.exercises("01-cell") / "amount.hpp", "#pragma once\nusing Amount = long;\n");
  EXPECT_NE(
      dev_check().find("✗ exercises/01-cell/amount.hpp\n    is given, but is another than the "
                       "one in solutions/"),
      std::string::npos);
}

TEST_F(GivenFile, IsHandedOutAsItIs) {
  const auto packed = workbook_.root() / "handout.tar.gz";
  ASSERT_EQ(workbook_.tool({"handout", "--out", packed.string()}).exit_code, 0);
  const auto list = run({.argv = {"tar", "-tzf", packed.string()}});
  EXPECT_NE(list.out.find("promissory/exercises/01-cell/amount.hpp\n"), std::string::npos)
      << list.out;
  EXPECT_EQ(list.out.find("solutions"), std::string::npos);
}

}  // namespace
}  // namespace promissory::grading
