// One bug's answer as a whole: the diagnosis, and the mend.
#pragma once

#include <string>
#include <vector>

#include "hunt/diagnosis.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {

struct Answer {
  Bug bug;
  std::vector<Part> parts;  // the six of the diagnosis, then the mend
  Verdict mend;             // without stages when the program is as it was given

  int points() const;
  int possible() const;
  bool is_full() const { return points() == possible(); }
};

/// Where a program is kept as it was given, since a learner edits it in place.
std::filesystem::path kept_program(const Workbook& workbook, const Bug& bug);

/// Keeps every program that is not kept yet.
void keep_programs(const Workbook& workbook, const Hunt& hunt);

/// A copy of the workbook without tests/…/accepted.toml, a handout, judges no diagnosis: its parts
/// are worth nothing there.
Answer judge_answer(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                    const Submission& submission, const Progress& progress);

/// Points of several bugs together; variations count for nothing.
struct HuntMark {
  int points = 0;
  int possible = 0;
  void count(const Answer& answer);
};

}  // namespace promissory::grading
