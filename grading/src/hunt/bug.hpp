// The bug hunt: what bug.toml says of one broken program, and all of them together.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "hunt/choices.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

struct Bug {
  std::string id;      // "04", "02b"
  std::string folder;  // "bug-hunt/04-quotes", the same under exercises/, solutions/ and tests/
  std::string title;
  std::string file;                // the program, which is to be mended
  std::vector<std::string> given;  // under tests/: what else drives it, for everybody to read
  std::string read;                // page of the book, without extension
  std::string story;
  bool is_variation = false;  // stands beside the bug of the same number, and counts for nothing
  std::map<std::string, std::string> questions;  // what to ask next, by instrument
  std::chrono::seconds compile_limit{};
  std::chrono::seconds test_limit{};

  /// The same, as the judge knows what it judges.
  Exercise as_exercise() const;
};

struct Hunt {
  Choices choices;
  std::vector<Bug> bugs;  // ordered by folder; none in a workbook without a hunt

  /// @param name an id ("04", "4", "2b") or any unique part of a folder's name
  /// @throws Complaint when none or several match
  const Bug& find(const std::string& name) const;
};

/// What a person types to explore it again: "promissory hunt 04 --with explore --from anna".
std::string explore_command(const Bug& bug, const std::string& shown_as);

/// @param description path of a bug.toml
/// @throws Complaint naming the file and what is missing or of the wrong type
Bug read_bug(const std::filesystem::path& description);

/// @throws Complaint when a description is broken, or two have the same id
Hunt open_hunt(const Workbook& workbook);

}  // namespace promissory::grading
