// Which instrument sees which bug, and how often: measured, kept, held to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "authoring/dev_check.hpp"
#include "hunt/bug.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {

/// What one instrument made of many runs of one broken program.
struct Sightings {
  int seen = 0;     // runs in which it saw something
  int at_line = 0;  // of these, runs in which its report named a line that a diagnosis may name

  bool operator==(const Sightings&) const = default;
};

/// Many runs of one bug.
struct Evidence {
  std::string id;                           // of the bug
  std::string named;                        // the instrument of its diagnosis
  std::string of;                           // a digest of the programs and tests that were run
  int runs = 0;                             // of each, in each flavour
  std::map<std::string, Sightings> broken;  // by instrument; what cannot look at it is missing
  std::map<std::string, int> clean;         // runs of the mended program without a word, by flavour

  bool operator==(const Evidence&) const = default;
};

/// Runs the scenario of the broken program and all tests of the mended one, `runs` times in each
/// flavour; the explorer with another seed each time.
Evidence measure(const Workbook& workbook, const Bug& bug, int runs, const Progress& progress);

/// A digest of what measure() runs.
std::string measured_files(const Workbook& workbook, const Bug& bug);

/// What the evidence does not prove: the named instrument, and every other one that a diagnosis may
/// name, sees the broken program in every run, the named one at an accepted line if it tells lines
/// at all, no further one sees it in every run, and the mended program is silent in every run.
/// @return empty when it proves everything
std::vector<Problem> held_against(const Workbook& workbook, const Bug& bug,
                                  const Evidence& evidence);

/// tests/bug-hunt/evidence/table.json; empty when there is none.
std::vector<Evidence> read_evidence(const Workbook& workbook);
/// Writes it, and table.md, from which the book draws it.
void write_evidence(const Workbook& workbook, const Hunt& hunt, const std::vector<Evidence>& all);

/// table.md: a row for each bug, a column for each instrument.
std::string evidence_table(const Hunt& hunt, const std::vector<Evidence>& all);

/// Everything that is wrong with the kept evidence: bugs without, evidence of other programs, too
/// few runs, a table.md that says otherwise, and what held_against() says.
std::vector<Problem> check_evidence(const Workbook& workbook, const Hunt& hunt);

/// Fewer runs are no evidence.
constexpr int runs_of_evidence = 50;

}  // namespace promissory::grading
