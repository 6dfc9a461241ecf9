// One bug's answer as a whole: the diagnosis, and the mend.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hunt/diagnosis.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {

struct Answer {
  Bug bug;
  std::vector<Part> parts;  // the six of the diagnosis, then the mend

  int points() const;
  int possible() const;
  bool is_full() const { return points() == possible(); }
};

/// Where a program is kept as it was given, since a learner edits it in place.
std::filesystem::path kept_program(const Workbook& workbook, const Bug& bug);

/// Keeps every program and its empty diagnosis, as far as they are not kept yet.
void keep_programs(const Workbook& workbook, const Hunt& hunt);

/// A copy of the workbook without tests/…/accepted.toml, a handout, judges no diagnosis: its parts
/// are missing there.
/// @param mend nothing when it is not judged yet; without stages when the program is as it was
/// given
Answer make_answer(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                   const Submission& submission, const std::optional<Verdict>& mend);

/// The same, with the mend judged now.
Answer judge_answer(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                    const Submission& submission, const Progress& progress);

/// Points of several bugs together; variations count for nothing.
struct HuntMark {
  int points = 0;
  int possible = 0;
  void count(const Answer& answer);
};

}  // namespace promissory::grading
