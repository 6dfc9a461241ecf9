// The words that a diagnosis may use: exercises/bug-hunt/choices.toml.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace promissory::grading {

struct Choice {
  std::string name;
  std::string means;
};

struct Choices {
  std::vector<Choice> causes;
  std::vector<Choice> instruments;
  std::vector<Choice> failures;
  std::vector<Choice> themes;
};

/// @return each list in the order of the file
/// @throws Complaint when the file is missing or a list of it is
Choices read_choices(const std::filesystem::path& path);

/// @return nullptr when none is called so
const Choice* find(const std::vector<Choice>& choices, const std::string& name);

}  // namespace promissory::grading
