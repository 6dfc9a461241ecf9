// What `--seed` of `promissory explore` may say.
#pragma once

#include <string>

namespace promissory::grading {

/// One of the two is empty, or both.
struct Seed {
  std::string number;  // "7": other schedules
  std::string replay;  // "mix:1:37": strategy, seed and number of one schedule
};

/// @param text what complaint_about_seed() has nothing against, or nothing
Seed seed_of(const std::string& text);

/// @return what is wrong with it, empty when nothing is
std::string complaint_about_seed(const std::string& text);

}  // namespace promissory::grading
