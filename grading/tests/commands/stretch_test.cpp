// Stretch challenges are judged like the others, and have a mark of their own.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {

class StretchChallenge : public testing::Test {
 protected:
  StretchChallenge() : workbook_("stretch") {
    workbook_.add("01", "compile-error");
    workbook_.add("s1", "all-pass");
    replace_in(workbook_.exercises("s1-all-pass") / "exercise.toml", "minutes = 5",
               "minutes = 5\nstretch = true");
  }

  ToyWorkbook workbook_;
};

TEST_F(StretchChallenge, HasAMarkOfItsOwn) {
  const auto report = workbook_.root() / "report.json";
  const auto junit = workbook_.root() / "report.xml";
  const auto finished = workbook_.tool({"grade", "--json", report, "--junit", junit});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.out.find("s1-all-pass  3 of 3 points, stretch\n"), std::string::npos)
      << finished.out;
  EXPECT_TRUE(finished.out.ends_with("\n0 of 3 points\nStretch challenges: 3 of 3 points\n"))
      << finished.out;
  const auto json = nlohmann::json::parse(read_file(report));
  EXPECT_EQ(json.at("points"), 0);
  EXPECT_EQ(json.at("points_possible"), 3);
  EXPECT_EQ(json.at("stretch").at("points"), 3);
  EXPECT_EQ(json.at("stretch").at("points_possible"), 3);
  EXPECT_FALSE(json.at("exercises").at(0).contains("stretch"));
  EXPECT_EQ(json.at("exercises").at(1).at("stretch"), true);
  EXPECT_NE(read_file(junit).find("<property name=\"stretch\" value=\"true\""), std::string::npos);
  const auto schema = run(
      {.argv = {PROMISSORY_TEST_PYTHON, "-c",
                "import json, sys, jsonschema\n"
                "jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))"
                ".validate(json.load(open(sys.argv[2])))\n",
                (source_root() / "grading/schema/grade.schema.json").string(), report.string()}});
  EXPECT_EQ(schema.exit_code, 0) << schema.err;
  const auto board = workbook_.tool({"status"});
  EXPECT_NE(board.out.find("0 of 3 points\n\n  01 B  compile-error"), std::string::npos)
      << board.out;
  EXPECT_NE(board.out.find("Stretch challenges, a mark of their own: 3 of 3 points\n\n  s1 B"),
            std::string::npos)
      << board.out;
  EXPECT_EQ(workbook_.tool({"next"}).out.find("01 "), 0U);
}

TEST_F(StretchChallenge, AloneShowsItsMarkAlone) {
  const auto finished = workbook_.tool({"grade", "S1"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_TRUE(finished.out.ends_with("\n\nStretch challenges: 3 of 3 points\n")) << finished.out;
}

}  // namespace
}  // namespace promissory::grading
