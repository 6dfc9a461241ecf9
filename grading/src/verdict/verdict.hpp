// What the machine found out about one exercise.
#pragma once

#include <string>
#include <vector>

#include "running/compiler.hpp"
#include "running/test_run.hpp"

namespace promissory::grading {

enum class StageStatus { passed, failed, skipped, not_judged };
const char* name_of(StageStatus status);

/// One step of a verdict. Steps come in the design's order; after the first that fails the rest are
/// skipped.
struct Stage {
  std::string name;  // "audit", "visible", "hidden", "tsan", "asan", "explore", "mine"
  StageStatus status = StageStatus::skipped;
  std::string why;                // one sentence, when it did not pass
  Diagnostic diagnostic;          // when it did not compile
  std::vector<TestResult> tests;  // in the order of the test file
  // It is not judged because this machine lacks what it needs. Whatever else may be not judged,
  // this is no pass.
  bool is_lacking = false;
  int passed() const;
};

struct MutantFate {
  std::string name;
  std::string title;
  bool killed = false;
};

struct Verdict {
  std::string id;
  std::string folder;
  int score = 0;
  std::vector<Stage> stages;
  std::vector<MutantFate> mutants;  // what the learner's own test did to each
  int hints_used = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;

  const Stage* first_failed() const;
  /// The step at which judging ended, although nothing failed, because this machine lacks what the
  /// step needs; its `why` says what.
  const Stage* first_lacking() const;
  /// Right by visible and hidden tests in every flavour, whatever the learner's own test did.
  bool right() const;
  int mutants_killed() const;
};

}  // namespace promissory::grading
