// What the tool says of each toy, word for word.
#include "golden.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {

const std::vector<std::string> slugs{"all-pass", "not-written", "compile-error", "crash",
                                     "hang",     "race",        "leak-memory",   "leak-thread",
                                     "wrong",    "terminate",   "not-my-test",   "ordering"};

std::string id_of(std::size_t index) {
  return std::string(index + 1 < 10 ? "0" : "") + std::to_string(index + 1);
}

class Golden : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    workbook_ = std::make_unique<ToyWorkbook>("golden");
    for (std::size_t i = 0; i < slugs.size(); ++i) workbook_->add(id_of(i), slugs[i]);
    graded_ = workbook_->tool({"grade", "--json", json().string(), "--junit", junit().string()});
  }
  static void TearDownTestSuite() { workbook_.reset(); }

  static std::filesystem::path json() { return workbook_->root() / "report.json"; }
  static std::filesystem::path junit() { return workbook_->root() / "report.xml"; }

  static inline std::unique_ptr<ToyWorkbook> workbook_;
  static inline Finished graded_;
};

TEST_F(Golden, GradeForPeople) {
  expect_golden("grade.txt", without_times(graded_.out));
  EXPECT_EQ(graded_.err, "");
  EXPECT_EQ(graded_.exit_code, 1);
}

TEST_F(Golden, GradeAsJson) {
  expect_golden("grade.json", without_timing(read_file(json())));
}

TEST_F(Golden, GradeAsJunit) {
  expect_golden("grade.xml", without_times(read_file(junit())));
}

TEST_F(Golden, ReportsFitTheirSchema) {
  const auto checked = run(
      {.argv = {PROMISSORY_TEST_PYTHON, "-c",
                "import json, sys, jsonschema\n"
                "schema = json.load(open(sys.argv[1]))\n"
                "jsonschema.Draft202012Validator.check_schema(schema)\n"
                "jsonschema.Draft202012Validator(schema)"
                ".validate(json.load(open(sys.argv[2])))\n",
                (source_root() / "grading/schema/grade.schema.json").string(), json().string()}});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

// The verdicts are kept: the board judges nothing again, and says the same.
TEST_F(Golden, Status) {
  const auto board = workbook_->tool({"status"});
  expect_golden("status.txt", without_times(board.out));
  EXPECT_EQ(board.err, "");
  EXPECT_EQ(board.exit_code, 0);
}

TEST_F(Golden, Next) {
  expect_golden("next.txt", workbook_->tool({"next"}).out);
}

TEST_F(Golden, CheckOfEach) {
  for (std::size_t i = 0; i < slugs.size(); ++i) {
    const auto checked = workbook_->tool({"check", id_of(i)});
    expect_golden("check-" + slugs[i] + ".txt", without_times(checked.out));
    EXPECT_EQ(checked.err, "") << slugs[i];
    // What the visible tests do not see is found by the whole verdict.
    const bool looks_right = slugs[i] == "all-pass" || slugs[i] == "race" ||
                             slugs[i] == "leak-memory" || slugs[i] == "terminate" ||
                             slugs[i] == "not-my-test" || slugs[i] == "ordering";
    EXPECT_EQ(checked.exit_code, looks_right ? 0 : 1) << slugs[i];
  }
}

}  // namespace
}  // namespace promissory::grading
