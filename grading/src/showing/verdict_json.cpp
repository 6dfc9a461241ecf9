#include "showing/verdict_json.hpp"

#include <fmt/format.h>

#include <array>

#include "showing/paths.hpp"
#include "verdict/score.hpp"

namespace promissory::grading {
namespace {

Json place_json(const Workbook& workbook, const std::string& file, int line) {
  return {{"file", shortened(workbook.root, file)}, {"line", line}};
}

Json test_json(const Workbook& workbook, const TestResult& test) {
  Json json{{"name", test.name}, {"outcome", name_of(test.outcome)}};
  if (!test.contract.empty()) json["contract"] = test.contract;
  if (!test.read.empty()) json["read"] = test.read;
  if (test.passed()) return json;
  if (!test.failures.empty()) {
    auto& failures = json["failures"] = Json::array();
    for (const auto& failure : test.failures) {
      auto entry = place_json(workbook, failure.file, failure.line);
      entry["message"] = without_root(workbook.root, failure.message);
      failures.push_back(entry);
    }
  }
  if (!test.detail.empty()) json["detail"] = without_root(workbook.root, test.detail);
  if (!test.explored.report.empty()) {
    json["interleaving"] = without_root(workbook.root, test.explored.report);
  }
  if (test.learners.line != 0) {
    json["learners"] = place_json(workbook, test.learners.file, test.learners.line);
  }
  return json;
}

Json stage_json(const Workbook& workbook, const Stage& stage) {
  Json json{{"name", stage.name}, {"status", name_of(stage.status)}};
  if (!stage.why.empty()) json["why"] = without_root(workbook.root, stage.why);
  if (!stage.diagnostic.message.empty()) {
    json["diagnostic"] = place_json(workbook, stage.diagnostic.file, stage.diagnostic.line);
    json["diagnostic"]["kind"] = stage.diagnostic.kind;
    json["diagnostic"]["message"] = without_root(workbook.root, stage.diagnostic.message);
  }
  if (!stage.tests.empty()) {
    json["tests_passed"] = stage.passed();
    auto& tests = json["tests"] = Json::array();
    for (const auto& test : stage.tests) tests.push_back(test_json(workbook, test));
  }
  return json;
}

template <class Enum, std::size_t count>
Enum from_name(const std::string& name, const std::array<Enum, count>& values) {
  for (const auto value : values) {
    if (name == name_of(value)) return value;
  }
  return values[0];
}

TestResult test_from(const Json& json) {
  using enum Outcome;
  static constexpr std::array outcomes{crashed,    passed, failed, not_written, hung,
                                       terminated, race,   memory, leak,        skipped};
  TestResult test;
  test.name = json.at("name");
  test.outcome = from_name(json.at("outcome"), outcomes);
  test.contract = json.value("contract", "");
  test.read = json.value("read", "");
  test.detail = json.value("detail", "");
  test.explored.report = json.value("interleaving", "");
  for (const auto& failure : json.value("failures", Json::array())) {
    test.failures.push_back({failure.at("file"), failure.at("line"), failure.at("message")});
  }
  if (json.contains("learners")) {
    test.learners = {json["learners"].at("file"), json["learners"].at("line"), ""};
  }
  return test;
}

Stage stage_from(const Json& json) {
  using enum StageStatus;
  static constexpr std::array statuses{skipped, passed, failed, not_judged};
  Stage stage;
  stage.name = json.at("name");
  stage.status = from_name(json.at("status"), statuses);
  stage.why = json.value("why", "");
  if (json.contains("diagnostic")) {
    const auto& diagnostic = json["diagnostic"];
    stage.diagnostic = {diagnostic.at("file"), diagnostic.at("line"), diagnostic.at("kind"),
                        diagnostic.at("message")};
  }
  for (const auto& test : json.value("tests", Json::array()))
    stage.tests.push_back(test_from(test));
  return stage;
}

}  // namespace

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json to_json(const Workbook& workbook, const Exercise& exercise, const Verdict& verdict) {
  Json json{{"id", verdict.id},
            {"folder", verdict.folder},
            {"title", exercise.title},
            {"level", exercise.level}};
  if (exercise.stretch) json["stretch"] = true;
  json["score"] = verdict.score;
  json["right"] = verdict.right();
  json["hints_used"] = verdict.hints_used;
  if (const auto* stage = verdict.first_lacking())
    json["not_judged"] = without_root(workbook.root, stage->why);
  json["stages"] = Json::array();
  for (const auto& stage : verdict.stages) json["stages"].push_back(stage_json(workbook, stage));
  json["mutants_killed"] = verdict.mutants_killed();
  json["mutants"] = Json::array();
  for (const auto& mutant : verdict.mutants) {
    json["mutants"].push_back(
        {{"name", mutant.name}, {"title", mutant.title}, {"killed", mutant.killed}});
  }
  return json;
}

Verdict from_json(const Json& json) {
  Verdict verdict;
  verdict.id = json.at("id");
  verdict.folder = json.at("folder");
  verdict.score = json.at("score");
  verdict.hints_used = json.at("hints_used");
  for (const auto& stage : json.at("stages")) verdict.stages.push_back(stage_from(stage));
  for (const auto& mutant : json.at("mutants")) {
    verdict.mutants.push_back({mutant.at("name"), mutant.at("title"), mutant.at("killed")});
  }
  return verdict;
}

Json report_json(const Workbook& workbook, const std::string& submission,
                 const std::vector<Verdict>& verdicts) {
  Marks marks;
  bool any_stretch = false;
  Json exercises = Json::array();
  Json times = Json::object();
  double cpu = 0;
  double wall = 0;
  const auto rounded = [](double seconds) { return std::round(seconds * 1000) / 1000; };
  for (const auto& verdict : verdicts) {
    const auto& exercise = workbook.find(verdict.id);
    marks.of(exercise.stretch).count(verdict);
    any_stretch = any_stretch || exercise.stretch;
    exercises.push_back(to_json(workbook, exercise, verdict));
    times[verdict.id] = {{"cpu_seconds", rounded(verdict.cpu_seconds)},
                         {"wall_seconds", rounded(verdict.wall_seconds)}};
    cpu += verdict.cpu_seconds;
    wall += verdict.wall_seconds;
  }
  const auto& band = band_of(marks.exercises.points);
  Json report{
      {"schema", "promissory-grade/1"},
      {"submission", submission},
      {"points", marks.exercises.points},
      {"points_possible", marks.exercises.possible},
      {"band", {{"from", band.from}, {"to", band.to}, {"means", band.means}, {"next", band.next}}}};
  if (any_stretch) {
    report["stretch"] = {{"points", marks.stretch.points},
                         {"points_possible", marks.stretch.possible}};
  }
  report["exercises"] = exercises;
  report["timing"] = {
      {"cpu_seconds", rounded(cpu)}, {"wall_seconds", rounded(wall)}, {"exercises", times}};
  return report;
}

}  // namespace promissory::grading
