// The include root of a submission: its own files first, the reference behind them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "running/folder_lock.hpp"
#include "verdict/verdict.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

/// A copy of the graded files of one exercise, alone, so that nothing else of a submission is
/// compiled. Its place depends only on the submission, so that compilations can be cached.
class Overlay {
 public:
  Overlay(const Workbook& workbook, const Exercise& exercise,
          const std::filesystem::path& submission);

  std::vector<std::filesystem::path> include_roots() const { return roots_; }
  std::filesystem::path folder() const { return folder_; }
  std::string name() const { return name_; }

  /// Locations in the copy become locations in the submission.
  void show_real_paths(Stage& stage, const std::filesystem::path& submitted) const;

 private:
  std::string name_;
  std::filesystem::path root_;
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> roots_;
  FolderLock lock_;
};

}  // namespace promissory::grading
