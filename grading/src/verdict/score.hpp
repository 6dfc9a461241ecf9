// The rubric: 0 to 3 for an exercise, four bands for the sum.
#pragma once

#include <string>

#include "verdict/verdict.hpp"

namespace promissory::grading {

/// 0 not tried or not right · 1 right, with hints · 2 right, unaided · 3 right, unaided, and the
/// learner's own test breaks at least one earlier version.
int score_of(const Verdict& verdict);

struct Band {
  int from;
  int to;
  const char* means;
  const char* next;
};

/// @param points 0 to 45, the sum over all fifteen exercises
const Band& band_of(int points);

}  // namespace promissory::grading
