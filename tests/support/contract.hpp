// A test says in one sentence which promise to its user it checks; a failure is explained with it.
#pragma once

namespace promissory::support {

/// The sentence of the running test; read by the reporter when the test fails or dies.
struct Contract {
  const char* says = "";
  const char* read = "";
};

inline Contract& current_contract() {
  static Contract contract;
  return contract;
}

/// Call it first in a test body.
/// @param says one sentence in the present tense: what right code does
/// @param read the heading id in the exercise's chapter that explains it, without '#'
inline void contract(const char* says, const char* read = "") {
  current_contract() = {says, read};
}

}  // namespace promissory::support
