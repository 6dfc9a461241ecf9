// Compile one test file against one code and run every test of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "running/repeat.hpp"
#include "verdict/verdict.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

struct TestFileJob {
  std::filesystem::path source;
  std::vector<std::filesystem::path> include_roots;  // whose code is under test, first wins
  std::filesystem::path learner;                     // locations under it are the learner's
  std::string flavour;
  std::string work;                           // names the folder of the program under build/work
  std::vector<std::string> only = {};         // names of tests; all when empty
  std::vector<std::string> environment = {};  // NAME=VALUE for the tests
  Insistence insistence = {};
  bool for_debugger = false;
};

struct Judged {
  Stage stage;
  std::filesystem::path program;
  double cpu_seconds = 0;
};

/// How long one test may take. One that explores runs its body a thousand times, and waits for a
/// schedule that is stuck.
std::chrono::seconds test_limit(const Exercise& exercise, const std::string& flavour);

/// Where a library is missing, or tests are skipped and none fails, the stage is not judged and
/// says so. It fails when the file does not compile, holds no test, or any of its tests does not
/// pass. The tests are those that the file's text names, each run in a process of its own.
Judged judge_tests(const Workbook& workbook, const Exercise& exercise, const TestFileJob& job);

}  // namespace promissory::grading
