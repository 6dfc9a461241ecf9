// Does the workbook keep what it promises? Each guard of the verdict is tested by what it guards.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workbook/workbook.hpp"

namespace promissory::grading {

struct Problem {
  std::string where;
  std::string what;
};

/// How much an exercise must have at least.
struct Minimum {
  int visible = 6;
  int hidden = 12;
  int mutants = 6;
  int hints = 3;
};

/// How hard to try.
struct Effort {
  // Compile with a mutant only the tests that it dies of, and what plain would judge in check: the
  // same answer, unless what is left out does not compile.
  bool is_quick = false;
  int seeds = 1;  // for which the explorer must find a fault of ordering
};

/// For every exercise: its description is filled, no file is stray, everything is formatted, every
/// test of the starter fails with a sentence that says what to write and the starter scores 0, the
/// solution scores 3, every mutant applies, compiles and dies of the tests that its header names.
/// @param done told a line for each thing that was checked
/// @return what is wrong, in the order of the exercises; empty when all is well
std::vector<Problem> dev_check(const Workbook& workbook, const std::vector<Exercise>& exercises,
                               const Minimum& minimum, const Effort& effort,
                               const std::function<void(const std::string&)>& done);

}  // namespace promissory::grading
