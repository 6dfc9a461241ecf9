#include "running/folder_lock.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

// As another process would find it: every opening of the file is a holder of its own.
bool is_free(const std::filesystem::path& folder) {
  const int fd = ::open((folder / ".lock").c_str(), O_RDWR | O_CLOEXEC);
  const bool free = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  ::close(fd);
  return free;
}

TEST(FolderLocks, AreHeldAsLongAsTheyLive) {
  const ScratchFolder scratch;
  const auto folder = scratch.path() / "new" / "folder";
  {
    const FolderLock lock(folder);
    EXPECT_FALSE(is_free(folder));
  }
  EXPECT_TRUE(is_free(folder));
}

TEST(FolderLocks, CanBeHandedOn) {
  const ScratchFolder scratch;
  FolderLock lock(scratch.path());
  {
    const FolderLock other(std::move(lock));
    EXPECT_FALSE(is_free(scratch.path()));
  }
  EXPECT_TRUE(is_free(scratch.path()));
}

TEST(FolderLocks, NeedAFolder) {
  const ScratchFolder scratch;
  write_file(scratch.path() / "file", "");
  EXPECT_THROW(FolderLock(scratch.path() / "file"), Complaint);
}

}  // namespace
}  // namespace promissory::grading
