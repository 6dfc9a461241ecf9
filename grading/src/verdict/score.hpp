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

/// @param points the sum over the fifteen exercises; more than 45 is the highest band too
const Band& band_of(int points);

}  // namespace promissory::grading
