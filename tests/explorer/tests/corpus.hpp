// Small programs for the explorer to judge: right ones that it must never blame, wrong ones that it
// must always find out.
#pragma once

#include <string>
#include <vector>

#include "explorer/explorer.hpp"

namespace promissory::explorer::corpus {

struct Program {
  const char* name;
  void (*body)();
  /// The kind of failure that the explorer has to report, or "this or that"; null for a right
  /// program.
  const char* kind = nullptr;
  /// Why it is not found within the default budget for each of 100 seeds; null for one that is.
  const char* hard_because = nullptr;
  Options options = {};
};

/// Sorted by name.
std::vector<Program> right_programs();
std::vector<Program> wrong_programs();

/// `const Register it{{"name", body, …}};` at the end of each file.
struct Register {
  explicit Register(const Program& program);
};

}  // namespace promissory::explorer::corpus
