// What an instrument shows of a broken program, as it is laid before a detective.
#pragma once

#include <string>
#include <vector>

#include "hunt/bug.hpp"
#include "hunt/instrument.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {

/// A line of the program that a report names.
struct Clue {
  int line = 0;
  std::string text;  // of the line, without the blanks around it
};

struct Exhibit {
  std::vector<std::string> instruments;  // that looked
  std::vector<std::string> seen_by;      // of these, those that saw something
  std::string means;                     // what such a report means
  std::string evidence;                  // the report
  std::vector<Clue> clues;
  std::string ask;      // what to ask next
  std::string instead;  // when nothing was seen: what happened
};

/// @param called instruments of one flavour, as instruments_called() gives them
Exhibit make_exhibit(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                     const std::vector<Instrument>& called, const Submission& submission,
                     const Progress& progress);

/// The lines of `program` that a text names as "program.hpp:12", each once, in their order.
std::vector<Clue> clues_in(const std::string& text, const std::filesystem::path& program);

/// For people.
std::string show_exhibit(const Workbook& workbook, const Bug& bug, const Exhibit& exhibit,
                         const std::filesystem::path& program);

}  // namespace promissory::grading
