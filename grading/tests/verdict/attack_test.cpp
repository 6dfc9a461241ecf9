// Ways to a forged pass: each scores 0 and is told why.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

struct Attack {
  const char* name;
  const char* stage;     // that catches it
  const char* reason;    // a part of what is said
  const char* exercise;  // one with limits that suit it
};

void PrintTo(const Attack& attack, std::ostream* out) {
  *out << attack.name;
}

// Limits that nothing endless keeps, whatever the load; the other one is generous.
constexpr const char* patient = "01";
constexpr const char* compiles_briefly = "02";
constexpr const char* runs_briefly = "03";

const std::vector<Attack> attacks{
    {"asks-for-a-file", "audit", "`__has_include`", patient},
    {"changes-the-lines", "audit", "`#line`", patient},
    {"declares-the-explorer", "audit", "`explorer`", patient},
    {"deep-templates", "visible", "template instantiation depth", patient},
    {"equals-anything", "visible", "2 of 2 tests do not pass", patient},
    {"exits-before-main", "audit", "<unistd.h>", patient},
    {"exits-from-a-thread", "audit", "`quick_exit` ends the process", patient},
    {"fills-the-disk", "audit", "<fstream>", patient},
    {"hides-behind-a-comment", "audit", "<unistd.h>", patient},
    {"hides-behind-a-letter", "audit", "`_exit` ends the process", patient},
    {"hides-behind-continued-lines", "audit", "<unistd.h>", patient},
    {"hides-by-digraph", "audit", "<unistd.h>", patient},
    {"hides-by-pasting", "audit", "`#define JOIN`", patient},
    {"hides-by-trigraph", "visible", "it does not compile", patient},
    {"hides-in-a-macro", "audit", "`#define TEXT`", patient},
    {"hides-in-a-raw-string", "audit", "`_exit` ends the process", patient},
    {"hides-in-a-string", "audit", "`_exit` ends the process", patient},
    {"huge-object", "visible", "it does not compile", patient},
    {"leaves-a-child", "audit", "<unistd.h>", patient},
    {"locks-for-the-explorer-only", "audit", "\"explorer/explorer.hpp\"", patient},
    {"locks-for-tsan-only", "audit", "`__SANITIZE_THREAD__`", patient},
    {"loops-for-ever", "visible", "2 of 2 tests do not pass", runs_briefly},
    {"loops-for-ever-in-a-test", "visible", "2 of 2 tests do not pass", runs_briefly},
    {"mutes-tsan-by-attribute", "audit", "`__attribute__`", patient},
    {"mutes-tsan-by-gnu-attribute", "audit", "`[[gnu`", patient},
    {"mutes-tsan-by-suppressions", "audit", "`extern \"C\"`", patient},
    {"opens-the-tests-namespace", "audit", "`namespace promissory::support`", patient},
    {"own-main", "audit", "`main`", patient},
    {"prints-a-pass", "audit", "`_Exit` ends the process", patient},
    {"reads-a-file", "audit", "\"/etc/passwd\"", patient},
    {"reads-the-solution", "audit", "\"../../solutions/01-cell/cell.hpp\"", patient},
    {"reads-the-solution-only", "audit", "\"../../solutions/01-cell/cell.hpp\"", patient},
    {"reads-without-end", "audit", "\"/dev/zero\"", patient},
    {"redefines-contract", "audit", "`#define contract`", patient},
    {"redefines-expect", "audit", "`#undef`", patient},
    {"renames-a-symbol", "audit", "`#pragma redefine_extname`", patient},
    {"replaces-new", "audit", "`operator new`", patient},
    {"replaces-write", "audit", "`extern \"C\"`", patient},
    {"runs-at-exit", "audit", "`atexit`", patient},
    {"specialises-the-library", "audit", "`template <> std::vector`", patient},
    {"wide-templates", "visible", "it does not compile", compiles_briefly},
    {"writes-for-ever", "visible", "2 of 2 tests do not pass", runs_briefly},
    {"writes-the-report", "audit", "`fopen`", patient},
};

class Attacks : public testing::TestWithParam<Attack> {
 protected:
  static void SetUpTestSuite() {
    workbook_ = std::make_unique<ToyWorkbook>("attacks");
    for (const auto* id : {patient, compiles_briefly, runs_briefly}) workbook_->add(id, "cell");
    replace_in(description(compiles_briefly), "compile_seconds = 120", "compile_seconds = 10");
    replace_in(description(runs_briefly), "test_seconds = 60", "test_seconds = 3");
  }
  static void TearDownTestSuite() { workbook_.reset(); }

  static fs::path description(const std::string& id) {
    return workbook_->exercises(id + "-cell") / "exercise.toml";
  }

  // @return what became of the exercise in the submission that lies in `folder`
  static nlohmann::json grade(const fs::path& folder, const std::string& id) {
    const auto report = workbook_->root() / "report.json";
    fs::remove(report);
    const auto graded = workbook_->tool({"grade", id, "--from", folder, "--json", report});
    EXPECT_EQ(graded.exit_code, 1) << graded.out << graded.err;
    return nlohmann::json::parse(read_file(report)).at("exercises").at(0);
  }

  static nlohmann::json first_failed(const nlohmann::json& exercise) {
    for (const auto& stage : exercise.at("stages")) {
      if (stage.at("status") == "failed") return stage;
    }
    return {{"name", "none"}};
  }

  static inline std::unique_ptr<ToyWorkbook> workbook_;
};

INSTANTIATE_TEST_SUITE_P(Each, Attacks, testing::ValuesIn(attacks), [](const auto& info) {
  std::string name = info.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST_P(Attacks, ScoreNoughtAndAreToldWhy) {
  const auto& attack = GetParam();
  const auto folder = workbook_->root() / "submissions" / attack.name;
  const auto exercise = folder / (std::string(attack.exercise) + "-cell");
  write_file(exercise / "cell.hpp",
             read_file(toys() / "attacks" / (std::string(attack.name) + ".attack")));
  write_file(
      exercise / "my_test.cpp",
      read_file(workbook_->solutions(std::string(attack.exercise) + "-cell") / "my_test.cpp"));
  const auto judged = grade(folder, attack.exercise);
  EXPECT_EQ(judged.at("score"), 0);
  const auto stage = first_failed(judged);
  EXPECT_EQ(stage.at("name").get<std::string>(), attack.stage);
  auto told = stage.value("why", "");
  if (stage.contains("diagnostic")) told += stage["diagnostic"].at("message").get<std::string>();
  EXPECT_NE(told.find(attack.reason), std::string::npos) << stage.dump(2);
}

TEST(AttackFiles, AreAllTried) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(toys() / "attacks")) {
    files.push_back(entry.path().stem());
  }
  std::ranges::sort(files);
  std::vector<std::string> tried;
  for (const auto& attack : attacks) tried.emplace_back(attack.name);
  EXPECT_EQ(files, tried);
}

}  // namespace
}  // namespace promissory::grading
