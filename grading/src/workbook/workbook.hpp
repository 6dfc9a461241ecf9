// Where everything of one workbook lies.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "workbook/exercise.hpp"

namespace promissory::grading {

struct Workbook {
  std::filesystem::path root;
  std::vector<Exercise> exercises;  // ordered by folder

  std::filesystem::path starter(const Exercise& exercise) const {
    return root / "exercises" / exercise.folder;
  }
  std::filesystem::path solution(const Exercise& exercise) const {
    return root / "solutions" / exercise.folder;
  }
  std::filesystem::path tests(const Exercise& exercise) const {
    return root / "tests" / exercise.folder;
  }
  std::filesystem::path build() const { return root / "build"; }

  /// Where the kits are built: build/, or the folder that PROMISSORY_KITS names, whose kits are
  /// then taken as they are.
  std::filesystem::path kits() const;
  bool kits_are_given() const { return kits() != build(); }

  /// A handout has no solutions; what needs them is then not judged.
  bool has_solutions() const { return std::filesystem::is_directory(root / "solutions"); }

  /// @param name an id ("04", "4", "S1") or any unique part of a folder's name
  /// @throws Complaint when none or several match
  const Exercise& find(const std::string& name) const;

  /// The exercises of these names, all when the list is empty; in the workbook's order, each once.
  std::vector<Exercise> select(const std::vector<std::string>& names) const;
};

/// Looks for the workbook: the folder given, else upwards from the current folder, else beside the
/// program. @throws Complaint when there is none or an exercise.toml is broken
Workbook open_workbook(const std::optional<std::filesystem::path>& given);

}  // namespace promissory::grading
