// Nothing stray, everything formatted.
#pragma once

#include <vector>

#include "authoring/dev_check.hpp"

namespace promissory::grading {

/// Files and folders under exercises/, solutions/ and tests/ that no exercise.toml accounts for,
/// and those that one asks for and that are not there.
std::vector<Problem> stray_files(const Workbook& workbook);

/// C++ files that clang-format would change. A complaint when clang-format is missing.
std::vector<Problem> unformatted_files(const Workbook& workbook);

}  // namespace promissory::grading
