#include "running/file_watcher.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;
using Paths = std::vector<fs::path>;

class Watched : public testing::TestWithParam<bool> {
 protected:
  Watched() {
    ::unsetenv("PROMISSORY_POLL");
    if (polls()) ::setenv("PROMISSORY_POLL", "1", 1);
    write_file(file(), "one");
    write_file(folder() / "sub" / "b", "b");
  }
  ~Watched() override { ::unsetenv("PROMISSORY_POLL"); }

  static bool polls() { return GetParam(); }
  const fs::path& folder() const { return scratch_.path(); }
  fs::path file() const { return folder() / "a"; }

  // With inotify an event wakes; without it patience is all there is.
  static void await_event(const FileWatcher& watcher) {
    if (polls()) return;
    pollfd events{watcher.descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&events, 1, 60'000), 1) << "no event";
    watcher.drain();
  }

 private:
  ScratchFolder scratch_;
};

INSTANTIATE_TEST_SUITE_P(Each, Watched, testing::Bool(), [](const auto& info) {
  return std::string(info.param ? "ByPolling" : "ByInotify");
});

TEST_P(Watched, NothingChangesByItself) {
  FileWatcher watcher(folder());
  EXPECT_EQ(watcher.descriptor() < 0, polls());
  EXPECT_GT(watcher.patience().count(), 0);
  EXPECT_TRUE(watcher.changes().empty());
}

TEST_P(Watched, ASaveIsSeenOnce) {
  FileWatcher watcher(folder());
  write_file(file(), "longer");
  await_event(watcher);
  EXPECT_EQ(watcher.changes(), Paths{file()});
  EXPECT_TRUE(watcher.changes().empty());
}

TEST_P(Watched, AFileInASubfolderIsSeen) {
  FileWatcher watcher(folder());
  write_file(folder() / "sub" / "b", "longer");
  await_event(watcher);
  EXPECT_EQ(watcher.changes(), Paths{folder() / "sub" / "b"});
}

// Most editors write beside the file and rename.
TEST_P(Watched, AReplacedFileIsSeen) {
  FileWatcher watcher(folder());
  write_file(folder() / ".a.swp", "longer");
  fs::rename(folder() / ".a.swp", file());
  await_event(watcher);
  EXPECT_EQ(watcher.changes(), Paths{file()});
}

TEST_P(Watched, NewAndGoneFilesAreSeen) {
  FileWatcher watcher(folder());
  write_file(folder() / "new", "");
  fs::remove(file());
  await_event(watcher);
  EXPECT_EQ(watcher.changes(), (Paths{folder() / "new", file()}));
}

TEST_P(Watched, SwapAndBackupFilesAreNot) {
  FileWatcher watcher(folder());
  write_file(folder() / ".a.swp", "x");
  write_file(folder() / "a~", "x");
  EXPECT_TRUE(watcher.changes().empty());
}

TEST_P(Watched, AFolderThatGoesAwayIsNoDisaster) {
  FileWatcher watcher(folder());
  fs::remove_all(folder());
  EXPECT_EQ(watcher.changes().size(), 2U);
}

}  // namespace
}  // namespace promissory::grading
