// Make a verdict, in the design's order, stopping at the first step that fails.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "verdict/verdict.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

/// Whose code is judged: a folder laid out like exercises/.
struct Submission {
  std::filesystem::path root;
  std::string shown_as;  // how its paths are shown: "exercises", or the folder that was given
};

/// Told what is being done, for a progress line: "04 hidden, plain".
using Progress = std::function<void(const std::string&)>;

/// Compiles, then the visible tests, in the fast flavour: the one-second loop. Includes come from
/// the submission alone, as in the learner's editor.
Verdict check(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
              const Progress& progress);

/// The whole verdict. Only this exercise's files come from the submission, what it needs comes from
/// the solutions: an early failure does not fail what stands on it.
/// @param hints_used how many hints the learner has seen, which caps the score
Verdict grade(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
              int hints_used, const Progress& progress);

}  // namespace promissory::grading
