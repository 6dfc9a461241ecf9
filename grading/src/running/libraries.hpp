// System libraries that an exercise asks for, as pkg-config knows them.
#pragma once

#include <string>
#include <vector>

namespace promissory::grading {

struct Libraries {
  std::vector<std::string> compile;  // where their headers are
  std::vector<std::string> link;
  std::string missing;  // one sentence: which of them is not installed; empty when all are
};

/// Asks anew each time, so that a library counts from the moment at which it is installed.
/// Definitions that a library asks for are left out: the precompiled prelude has been compiled
/// without them. cmake/Exercise.cmake does the same.
/// @param names as in exercise.toml, those of pkg-config: "hiredis", "sqlite3"
Libraries find_libraries(const std::vector<std::string>& names);

}  // namespace promissory::grading
