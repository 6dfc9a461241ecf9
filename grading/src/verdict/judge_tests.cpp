#include "verdict/judge_tests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "running/folder_lock.hpp"
#include "running/parallel.hpp"
#include "workbook/test_source.hpp"

namespace promissory::grading {

std::chrono::seconds test_limit(const Exercise& exercise, const std::string& flavour) {
  constexpr int patience = 4;
  return flavour == "explore" ? patience * exercise.test_limit : exercise.test_limit;
}

Judged judge_tests(const Workbook& workbook, const Exercise& exercise, const TestFileJob& job) {
  Judged judged;
  auto& stage = judged.stage;
  stage.status = StageStatus::failed;
  auto tests = tests_in(job.source);
  if (tests.empty()) {
    stage.why = fmt::format("{} has no test", job.source.filename().string());
    return judged;
  }
  if (!job.only.empty()) {
    std::erase_if(tests, [&](const NamedTest& test) {
      return std::ranges::find(job.only, test.name) == job.only.end();
    });
  }
  const auto lacks = [&](std::string why) {
    stage.status = StageStatus::not_judged;
    stage.is_lacking = true;
    stage.why = std::move(why);
  };
  const auto libraries = find_libraries(exercise.libraries);
  if (!libraries.missing.empty()) {
    lacks(libraries.missing);
    return judged;
  }
  const auto kit = open_kit(workbook, job.flavour);
  const auto folder = workbook.build() / "work" / job.flavour / exercise.folder / job.work;
  const FolderLock lock(folder);
  const auto program = folder / "test";
  judged.program = program;
  const auto compiled = compile(kit, {.source = job.source,
                                      .include_roots = job.include_roots,
                                      .program = program,
                                      .learner = job.learner,
                                      .libraries = libraries,
                                      .limit = exercise.compile_limit,
                                      .for_debugger = job.for_debugger});
  judged.cpu_seconds += compiled.cpu_seconds;
  if (!compiled.ok) {
    stage.why = "it does not compile";
    stage.diagnostic = compiled.first;
    return judged;
  }
  stage.tests = for_each_in_parallel(tests, [&](const NamedTest& test) {
    return repeat(job.insistence, [&] {
      return run_test(kit, {.program = program,
                            .name = test.name,
                            .learner = job.learner,
                            .limit = test_limit(exercise, job.flavour),
                            .environment = job.environment});
    });
  });
  for (const auto& test : stage.tests) judged.cpu_seconds += test.cpu_seconds;
  const auto passed = stage.passed();
  const auto total = static_cast<int>(stage.tests.size());
  if (passed == total) {
    stage.status = StageStatus::passed;
  } else if (const auto failed = std::ranges::count_if(stage.tests, &TestResult::failed)) {
    stage.why = fmt::format("{} of {} tests do not pass", failed, total);
  } else {
    const auto skipped = std::ranges::find_if(stage.tests, &TestResult::skipped);
    lacks(fmt::format("{} of {} tests were skipped: {}", total - passed, total, skipped->detail));
  }
  return judged;
}

}  // namespace promissory::grading
