// The interleaving that broke a test, as the schedule explorer wrote it down.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace promissory::grading {

/// A place in the source, with its text.
struct SourcePlace {
  std::string function;
  std::string file;
  int line = 0;
  std::string source;
};

/// One step; the fields are those of promissory::explorer::Step.
struct ScheduleStep {
  int number = 0;  // counted from 1
  int thread = 0;
  std::string action = {};
  std::string value = {};
  int target = -1;     // the thread that it woke, started or joined
  int read_from = -1;  // the number of the step whose value it read, whose lock it took over …
  bool matters = true;
  std::vector<SourcePlace> stack = {};  // innermost first
};

struct ScheduleNote {
  int thread = -1;  // -1 for none
  std::string text;
  std::vector<SourcePlace> stack;
};

struct Schedule {
  std::string test;
  std::string kind;     // "deadlock", "data race" …
  std::string summary;  // a sentence
  std::string replay;   // "mix:1:37"
  std::vector<ScheduleNote> notes;
  std::vector<ScheduleStep> steps;
};

/// @param line one line of the file that PROMISSORY_EXPLORE_JSON names
/// @return nothing when it is not of the explorer's shape, as when the tested code wrote it
std::optional<Schedule> read_schedule(const std::string& line);

}  // namespace promissory::grading
