// The hunter at this workbook: what is answered, and what was judged of it.
#pragma once

#include "hunt/answer.hpp"
#include "journal/journal.hpp"

namespace promissory::grading {

class Hunter {
 public:
  /// Also keeps a copy of every program that is still as it was given: lines are counted in it.
  Hunter(const Workbook& workbook, const Hunt& hunt);

  /// The whole answer. The mend is judged again only when something that it depends on has changed.
  Answer judged(const Bug& bug);
  /// The diagnosis as it stands, and what is known of the mend. Compiles nothing.
  Answer so_far(const Bug& bug);

  Submission submission() const { return {workbook_.root / "exercises", "exercises"}; }

 private:
  std::optional<Verdict> kept(const Bug& bug, const std::string& key);

  const Workbook& workbook_;
  const Hunt& hunt_;
  Journal journal_;
};

}  // namespace promissory::grading
