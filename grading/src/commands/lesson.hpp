// The learner's steps on one exercise, shown on the screen: shared by the commands and by `watch`.
#pragma once

#include "commands/learner.hpp"

namespace promissory::grading {

class Lesson {
 public:
  Lesson(const Workbook& workbook, Learner& learner) : workbook_(workbook), learner_(learner) {}

  /// Each shows what it found and returns an exit code.
  int check(const Exercise& exercise);
  int grade(const Exercise& exercise);
  /// Shows the next rung of the ladder and writes it into the journal.
  int hint(const Exercise& exercise);
  /// Shows the rungs that were already taken, takes none.
  int hints_so_far(const Exercise& exercise);

  /// The exercise to do next, the first when all are done.
  Exercise next();

 private:
  const Workbook& workbook_;
  Learner& learner_;
};

/// Shows one verdict: the score, every step, the first failure explained.
void show_verdict(const Workbook& workbook, const Exercise& exercise, const Verdict& verdict,
                  const Submission& submission);

}  // namespace promissory::grading
