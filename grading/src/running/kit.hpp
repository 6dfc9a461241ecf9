// How one flavour compiles, links and runs: the kit.json that CMake wrote.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workbook/workbook.hpp"

namespace promissory::grading {

struct Kit {
  std::string flavour;
  std::string compiler;
  std::string compiler_name;          // "GNU 12.2.0"
  std::vector<std::string> launcher;  // ccache, when there is one
  std::vector<std::string> compile;
  std::vector<std::string> link;
  std::filesystem::path library;
  std::filesystem::path support;  // the include root of "support/…"
  std::vector<std::string> env;   // NAME=VALUE for the tests
};

/// Reads build/<flavour>/kit.json; configures and builds it first when it is missing or older than
/// what it is made of. @throws Complaint when that fails
Kit open_kit(const Workbook& workbook, const std::string& flavour);

}  // namespace promissory::grading
