// Make a verdict, in the design's order, stopping at the first step that fails.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

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

/// The verdict on a mended program of the bug hunt: audit, scenario and hidden tests, both under
/// both sanitizers, and the explorer. It has no score: it is right or it is not.
/// @param explored_by the command that a person types to explore it
Verdict judge_mend(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
                   const std::string& explored_by, const Progress& progress);

/// What is run to be looked at.
struct Observing {
  std::filesystem::path source;  // a test file
  std::string flavour;
  std::vector<std::string> only = {};      // names of its tests; all when empty
  std::vector<std::string> settings = {};  // NAME=VALUE for the tests
};

struct Observed {
  Verdict verdict;                // audit and observe
  std::filesystem::path program;  // empty when nothing could be compiled
};

/// Runs tests once, in one flavour, to see what comes of it.
Observed observe(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
                 const Observing& observing, const Progress& progress);

/// What is explored, and how.
struct Exploring {
  std::filesystem::path source;            // a test file
  std::vector<std::string> only;           // names of its tests; all when empty
  std::vector<std::string> settings = {};  // PROMISSORY_EXPLORE_NAME=VALUE for the explorer
  bool for_debugger = false;
};

struct Explored {
  Verdict verdict;                // audit and explore
  std::filesystem::path program;  // empty when nothing could be compiled
};

/// Runs tests under the schedule explorer, as the whole verdict does.
Explored explore(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
                 const Exploring& exploring, const Progress& progress);

/// The hidden test file of an exercise that the explorer runs; not every exercise has one, and a
/// handout has none.
std::filesystem::path explore_tests(const Workbook& workbook, const Exercise& exercise);

/// What a person types to explore it: "promissory explore 04 --from anna". What stands behind it
/// follows after a blank.
std::string explore_command(const Exercise& exercise, const std::string& shown_as);

/// The end of such a command: " --from anna", or nothing for the learner's own files.
std::string from_whom(const std::string& shown_as);

/// NAME=VALUE for a test: its report ends with this command, which runs the same schedule again.
std::string to_explore_again(const std::string& command);

}  // namespace promissory::grading
