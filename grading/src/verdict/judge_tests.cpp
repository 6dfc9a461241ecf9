#include "verdict/judge_tests.hpp"

#include <fmt/format.h>

#include "running/folder_lock.hpp"
#include "running/parallel.hpp"
#include "workbook/test_source.hpp"

namespace promissory::grading {

Judged judge_tests(const Workbook& workbook, const Exercise& exercise, const TestFileJob& job) {
  Judged judged;
  auto& stage = judged.stage;
  stage.status = StageStatus::failed;
  const auto tests = tests_in(job.source);
  if (tests.empty()) {
    stage.why = fmt::format("{} has no test", job.source.filename().string());
    return judged;
  }
  const auto kit = open_kit(workbook, job.flavour);
  const auto folder = workbook.build() / "work" / job.flavour / exercise.folder / job.work;
  const FolderLock lock(folder);
  const auto program = folder / "test";
  const auto compiled = compile(kit, {.source = job.source,
                                      .include_roots = job.include_roots,
                                      .program = program,
                                      .learner = job.learner,
                                      .limit = exercise.compile_limit});
  judged.cpu_seconds += compiled.cpu_seconds;
  if (!compiled.ok) {
    stage.why = "it does not compile";
    stage.diagnostic = compiled.first;
    return judged;
  }
  stage.tests = for_each_in_parallel(tests, [&](const NamedTest& test) {
    return run_test(kit, {.program = program,
                          .name = test.name,
                          .learner = job.learner,
                          .limit = exercise.test_limit});
  });
  for (const auto& test : stage.tests) judged.cpu_seconds += test.cpu_seconds;
  const auto passed = stage.passed();
  const auto total = static_cast<int>(stage.tests.size());
  if (passed == total) {
    stage.status = StageStatus::passed;
  } else {
    stage.why = fmt::format("{} of {} tests do not pass", total - passed, total);
  }
  return judged;
}

}  // namespace promissory::grading
