// The record of a run, for programs: JSON lines in the file that PROMISSORY_REPORT names.
#pragma once

#include "support/json_line.hpp"

namespace promissory::support {

/// Appends to the file at once, so that the record holds all that happened before a crash. Does
/// nothing when the variable is unset, and in the child of a death test. Thread-safe.
void report(const JsonLine& line);

/// What the running test has said about itself. Reads it without ordering the threads.
struct Explanation {
  const char* contract;
  const char* read;
};
Explanation explanation();

}  // namespace promissory::support
