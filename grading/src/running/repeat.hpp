// One run of a test that depends on luck says nothing.
#pragma once

#include "running/test_run.hpp"

namespace promissory::grading {

/// What a test must do time after time to be believed.
struct Insistence {
  bool on_passing = true;
  int times = 1;
};

/// Runs a test until it comes out otherwise, but no more often than asked.
/// @param run gives a TestResult
/// @return the last result, with how often it ran and what all runs cost
template <class Run>
TestResult repeat(const Insistence& insistence, Run run) {
  TestResult result = run();
  while (result.runs < insistence.times && result.passed() == insistence.on_passing) {
    TestResult again = run();
    again.runs += result.runs;
    again.cpu_seconds += result.cpu_seconds;
    again.wall_seconds += result.wall_seconds;
    result = std::move(again);
  }
  return result;
}

}  // namespace promissory::grading
