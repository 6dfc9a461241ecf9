// What exercise.toml says of one exercise.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace promissory::grading {

struct Hint {
  std::string title;
  std::string text;
};

struct Exercise {
  std::string id;      // "04"
  std::string folder;  // "04-once-promise", the same under exercises/, solutions/ and tests/
  std::string title;
  std::string level;     // B, I, A or S
  bool stretch = false;  // beyond the fifteen: has a mark of its own
  int minutes = 0;
  std::string goal;
  std::vector<std::string> needs;      // ids of earlier exercises
  std::vector<std::string> files;      // what the learner edits and what is graded
  std::vector<std::string> given;      // what comes with it ready-made, and is not to be edited
  std::vector<std::string> libraries;  // of the system, by their names in pkg-config
  std::vector<std::string> interview;  // numbers of interview questions
  std::string read;                    // page of the book, without extension
  std::vector<std::string> flavours;   // in the order in which they judge
  std::chrono::seconds compile_limit{};
  std::chrono::seconds test_limit{};
  std::vector<Hint> hints;
};

/// @param description path of an exercise.toml; its folder's name becomes Exercise::folder
/// @throws Complaint naming the file, the line and what is missing or of the wrong type
Exercise read_exercise(const std::filesystem::path& description);

}  // namespace promissory::grading
