// What an instrument shows of a broken program, as it is laid before a detective.
#pragma once

#include <string>
#include <vector>

#include "hunt/bug.hpp"
#include "hunt/instrument.hpp"
#include "hunt/report.hpp"

namespace promissory::grading {

struct Exhibit {
  std::vector<std::string> instruments;  // that looked
  std::vector<std::string> seen_by;      // of these, those that saw something
  std::string means;                     // what such a report means
  std::string evidence;                  // the report
  std::vector<Clue> clues;
  std::string ask;      // what to ask next, also when nothing was seen
  std::string instead;  // when nothing was seen: what happened
};

/// How somebody looks at a program.
struct Looking {
  std::vector<Instrument> called;          // of one flavour, as instruments_called() gives them
  std::vector<std::string> only = {};      // names of tests; all when empty
  std::vector<std::string> settings = {};  // NAME=VALUE for the tests
};

/// The tests that an instrument runs.
/// @throws Complaint when there is nothing to explore
std::filesystem::path source_for(const Workbook& workbook, const Bug& bug,
                                 const Instrument& instrument);

Exhibit make_exhibit(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                     const Looking& looking, const Submission& submission,
                     const Progress& progress);

/// For people.
std::string show_exhibit(const Workbook& workbook, const Bug& bug, const Exhibit& exhibit,
                         const std::filesystem::path& program);

}  // namespace promissory::grading
