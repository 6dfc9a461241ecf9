// Compile one test against the code under test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "running/kit.hpp"
#include "running/libraries.hpp"

namespace promissory::grading {

struct Diagnostic {
  std::string file;
  int line = 0;
  std::string kind;  // "error" or "fatal error", "note" for a link error
  std::string message;
};

struct Compiled {
  bool ok = false;
  bool timed_out = false;
  Diagnostic first;        // the first that concerns the learner's files
  std::string transcript;  // everything the compiler said
  double cpu_seconds = 0;
};

struct CompileJob {
  std::filesystem::path source;
  std::vector<std::filesystem::path> include_roots;  // whose code is under test, first wins
  std::filesystem::path program;                     // where the program goes
  std::filesystem::path learner;                     // errors under this folder are the learner's
  Libraries libraries = {};                          // none of them missing
  std::chrono::seconds limit{120};
  bool for_debugger = false;  // with variables, not just lines
};

/// Thread-safe for different programs.
Compiled compile(const Kit& kit, const CompileJob& job);

}  // namespace promissory::grading
