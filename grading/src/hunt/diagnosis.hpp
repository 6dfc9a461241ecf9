// What somebody says is wrong with a program, and how right that is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hunt/bug.hpp"

namespace promissory::grading {

/// A diagnosis.toml; what is not filled in is empty.
struct Diagnosis {
  std::optional<int> line_number;  // in the program as it was given
  std::string line;                // the same as text
  std::string cause;
  std::string instrument;
  std::string failure;
  std::string theme;
  std::string fix;

  /// Has nobody answered anything yet?
  bool is_empty() const;
};

/// @return an empty one when there is no such file
/// @throws Complaint when it is not TOML, or holds something else than text
Diagnosis read_diagnosis(const std::filesystem::path& path);

/// What a right diagnosis may say: an accepted.toml.
struct Accepted {
  std::vector<std::string> lines;
  std::vector<std::string> causes;
  std::vector<std::string> instruments;
  std::vector<std::string> failures;
  std::vector<std::string> themes;
  std::vector<std::vector<std::string>> fix;  // of each group the sentence needs a word
};

/// @throws Complaint when it is missing or incomplete
Accepted read_accepted(const std::filesystem::path& path);

/// One part of an answer.
struct Part {
  std::string name;  // "line", "cause", "instrument", "failure", "theme", "fix", "mend"
  int points = 0;
  int possible = 1;
  std::string says;  // one sentence, which never tells the right answer
};

constexpr int points_of_a_diagnosis = 6;
constexpr int points_of_a_mend = 4;
constexpr int points_of_a_bug = points_of_a_diagnosis + points_of_a_mend;

/// @param as_given the program that line numbers are counted in; may be missing
/// @return a part for each of the six questions, in their order
std::vector<Part> score_diagnosis(const Diagnosis& diagnosis, const Accepted& accepted,
                                  const Choices& choices, const std::filesystem::path& as_given);

}  // namespace promissory::grading
