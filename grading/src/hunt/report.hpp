// What an instrument has to say of one run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hunt/bug.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {

/// A line of the program that a report names.
struct Clue {
  int line = 0;
  std::string text;  // of the line, without the blanks around it
};

/// The compiler's complaint, or the report on the first test that failed; paths are the hunter's.
/// @param program the test program that was run
std::string report_of(const Workbook& workbook, const Bug& bug, const Submission& submission,
                      const Stage& stage, const std::filesystem::path& program);

/// The lines of `program` that a text names as "program.hpp:12", each once, in their order.
std::vector<Clue> clues_in(const std::string& text, const std::filesystem::path& program);

}  // namespace promissory::grading
