// The learner at this workbook: judged exercises, kept verdicts, hints taken.
#pragma once

#include "journal/journal.hpp"
#include "showing/board.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {

class Learner {
 public:
  /// Also keeps a copy of every starter that is still untouched, for `reset`.
  explicit Learner(const Workbook& workbook);

  /// The whole verdict on the learner's own files; judged again only when something that it depends
  /// on has changed.
  Verdict verdict(const Exercise& exercise);
  BoardRow row(const Exercise& exercise);

  Submission submission() const { return {workbook_.root / "exercises", "exercises"}; }
  Journal& journal() { return journal_; }

 private:
  const Workbook& workbook_;
  Journal journal_;
};

/// Where pristine starters and replaced files are kept.
std::filesystem::path starters_folder(const Workbook& workbook);
std::filesystem::path backup_folder(const Workbook& workbook);

}  // namespace promissory::grading
