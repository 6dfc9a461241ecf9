// Run one test in a process of its own and learn what became of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "running/kit.hpp"
#include "running/schedule.hpp"

namespace promissory::grading {

enum class Outcome {
  passed,
  failed,
  not_written,
  hung,
  crashed,
  terminated,
  race,
  memory,
  leak,
  skipped  // the test said that this machine lacks what it needs
};

/// "passed", "failed", "not written", "hung" …
const char* name_of(Outcome outcome);

struct Failure {
  std::string file;
  int line = 0;
  std::string message;
};

/// What the schedule explorer did in a test; nothing in other flavours.
struct Exploration {
  int schedules = 0;
  bool exhausted = false;  // every interleaving was seen
  std::string report;      // of the schedule that failed: lines with columns, not to be wrapped
  std::optional<Schedule> schedule;  // the same, to be drawn
};

struct TestResult {
  std::string name;  // "Suite.Test"
  Outcome outcome = Outcome::passed;
  std::vector<Failure> failures;  // GoogleTest's, in order
  std::string contract;           // the sentence that the test checks
  std::string read;               // where the chapter explains it
  // Stacks of a hang, a sanitizer's report, the signal of a crash, why it was skipped.
  std::string detail;
  Failure learners;  // where in the learner's file it happened, when that is known
  Exploration explored;
  int runs = 1;
  double cpu_seconds = 0;
  double wall_seconds = 0;

  bool passed() const { return outcome == Outcome::passed; }
  bool skipped() const { return outcome == Outcome::skipped; }
  bool failed() const { return !passed() && !skipped(); }
};

struct TestJob {
  std::filesystem::path program;
  std::string name;
  std::filesystem::path learner;  // a location under this folder is the learner's
  std::chrono::seconds limit{30};
  std::vector<std::string> environment = {};  // NAME=VALUE, beside the kit's
};

/// A pass needs all of: exit code 0, the report's records of this very test from begin to end, the
/// closing record, and no sanitizer report. So does a skip. Thread-safe.
TestResult run_test(const Kit& kit, const TestJob& job);

}  // namespace promissory::grading
