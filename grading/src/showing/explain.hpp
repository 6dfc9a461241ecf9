// A verdict in words, as a colleague at the next desk would say it.
#pragma once

#include <string>

#include "verdict/verdict.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

/// Where the learner should put the cursor: "exercises/04-once-promise/promise.hpp:31".
std::string place_to_edit(const Workbook& workbook, const Exercise& exercise,
                          const Verdict& verdict, const std::filesystem::path& submission);

/// The first thing that went wrong: what was expected, what happened, where, what to read.
/// Empty when nothing did.
std::string explain_first_failure(const Workbook& workbook, const Exercise& exercise,
                                  const Verdict& verdict, const std::filesystem::path& submission);

/// The same of one explored test that did not pass. The command that runs its schedule again ends
/// it.
std::string explain_exploration(const Workbook& workbook, const Exercise& exercise,
                                const TestResult& test, const std::filesystem::path& submission);

/// One line per step and, for a step with tests, how many pass.
std::string list_stages(const Verdict& verdict);

}  // namespace promissory::grading
