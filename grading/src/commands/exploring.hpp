// What the commands that run the schedule explorer have in common.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace promissory::grading {

/// What `--seed` may say.
/// One of the two is empty, or both.
struct Seed {
  std::string number;  // "7": other schedules
  std::string replay;  // "mix:1:37": strategy, seed and number of one schedule
};

/// @param text what complaint_about_seed() has nothing against, or nothing
Seed seed_of(const std::string& text);

/// @return what is wrong with it, empty when nothing is
std::string complaint_about_seed(const std::string& text);

/// NAME=VALUE for a test.
/// @param all_steps shown, not only those that matter
std::vector<std::string> settings_for(const Seed& seed, bool all_steps);

/// @param name "Suite.Test" or any part of it; all tests when empty
/// @throws Complaint when none of the file's tests is called so
std::vector<std::string> chosen_tests(const std::filesystem::path& source, const std::string& name);

}  // namespace promissory::grading
