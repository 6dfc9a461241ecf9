// One user at a time for a folder under build/.
#pragma once

#include <filesystem>

namespace promissory::grading {

/// Held while a folder under build/ is in use, also against other processes.
class FolderLock {
 public:
  /// Makes the folder when it is not there, and waits for its turn.
  /// @throws Complaint when nothing can be written there
  explicit FolderLock(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  int fd_;
};

}  // namespace promissory::grading
