// Whose code a command judges.
#pragma once

#include <filesystem>
#include <optional>

#include "verdict/judge.hpp"

namespace promissory::grading {

/// @param from the folder given with --from; the learner's own exercises without it
/// @throws Complaint when there is no such folder
Submission submission_of(const Workbook& workbook,
                         const std::optional<std::filesystem::path>& from);

}  // namespace promissory::grading
