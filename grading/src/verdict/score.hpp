// The rubric: 0 to 3 for an exercise, four bands for the sum.
#pragma once

#include <string>

#include "verdict/verdict.hpp"

namespace promissory::grading {

/// 0 not tried or not right · 1 right, with hints · 2 right, unaided · 3 right, unaided, and the
/// learner's own test breaks at least one earlier version.
int score_of(const Verdict& verdict);

/// Points of several exercises together. Those that cannot be judged here count for nothing.
struct Mark {
  int points = 0;
  int possible = 0;
  void count(const Verdict& verdict);
};

/// The stretch challenges have a mark of their own: they neither fill gaps in the fifteen nor leave
/// any.
struct Marks {
  Mark exercises;
  Mark stretch;
  Mark& of(bool is_stretch) { return is_stretch ? stretch : exercises; }
};

struct Band {
  int from;
  int to;
  const char* means;
  const char* next;
};

/// @param points the sum over the fifteen exercises; more than 45 is the highest band too
const Band& band_of(int points);

}  // namespace promissory::grading
