// What can look at a program, and when it has seen something.
#pragma once

#include <string>
#include <vector>

#include "verdict/verdict.hpp"

namespace promissory::grading {

/// A way to compile and run a scenario, and a rule that reads what came of it.
struct Instrument {
  std::string name;     // as in choices.toml
  std::string flavour;  // the kit it needs
  bool (*sees)(const Stage& stage);
  /// Its report says where in the program. An assertion says what came out, and not where it went
  /// wrong.
  bool tells_where = true;

  /// It runs the tests in explore_test.cpp, and not the scenario.
  bool explores() const { return flavour == "explore"; }
};

const std::vector<Instrument>& instruments();

/// @param name of an instrument, or "leak" for all that is left behind: threads and promises
/// @return the instruments that this means, all of one flavour; none when there is none
std::vector<Instrument> instruments_called(const std::string& name);

}  // namespace promissory::grading
