// A small workbook to try the tool on: the files of toys/, assembled in a folder of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "running/folder_lock.hpp"
#include "running/process.hpp"
#include "toy_files.hpp"

namespace promissory::grading {

/// Each has a folder of its own that depends only on its name, below the build folder: the same
/// paths every time let the compiler cache work. It is emptied first, and held for as long as the
/// object lives, against a second run of the same test.
class ToyWorkbook {
 public:
  explicit ToyWorkbook(const std::string& name);

  /// Adds an exercise `id`-`slug` with starter, solution, tests and mutants. In exercises/ lies the
  /// submission toys/submissions/`slug`, with what it lacks from the starter; the bare starter when
  /// there is no such submission.
  void add(const std::string& id, const std::string& slug);

  /// Adds a bug `id`-letter-box to the hunt: as it was given, unanswered.
  void add_bug(const std::string& id);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path exercises(const std::string& folder) const;
  std::filesystem::path solutions(const std::string& folder) const;
  std::filesystem::path tests(const std::string& folder) const;

  /// Runs the tool on this workbook, with a journal of its own and the kits that are built.
  Finished tool(const std::vector<std::string>& arguments) const;
  Command command(const std::vector<std::string>& arguments) const;
  /// NAME=VALUE for the tool, as command() sets them.
  std::vector<std::string> environment() const;

 private:
  std::filesystem::path root_;
  FolderLock lock_;
};

}  // namespace promissory::grading
