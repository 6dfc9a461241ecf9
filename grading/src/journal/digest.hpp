// Does a kept verdict still speak of what lies on the disk?
#pragma once

#include <string>

#include "verdict/judge.hpp"

namespace promissory::grading {

/// A digest of everything that a verdict on this submission depends on: the submitted files, the
/// tests, the mutants, the solutions, the support library, the flags, and this program.
std::string digest(const Workbook& workbook, const Exercise& exercise,
                   const Submission& submission);

}  // namespace promissory::grading
