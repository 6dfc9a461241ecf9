#include "showing/report_file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class ReportFile : public testing::Test {
 protected:
  fs::path path() const { return scratch_.path() / "report.json"; }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(scratch_.path()), fs::directory_iterator()));
  }
  ScratchFolder scratch_;
};

TEST_F(ReportFile, IsReplacedWhole) {
  write_report(path(), "old");
  write_report(path(), "new");
  EXPECT_EQ(read_file(path()), "new");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, AskingLeavesNothingBehind) {
  check_writable(path());
  EXPECT_EQ(files(), 0U);
}

TEST_F(ReportFile, AFolderIsRefused) {
  EXPECT_THROW(check_writable(scratch_.path()), Complaint);
}

TEST_F(ReportFile, APlaceThatIsNotThereIsRefused) {
  try {
    check_writable(scratch_.path() / "none" / "report.json");
    FAIL() << "accepted";
  } catch (const Complaint& complaint) {
    EXPECT_NE(std::string(complaint.what()).find("cannot be written: No such file"),
              std::string::npos);
  }
}

// A file size limit stands in for a full disk: writing fails in the middle, and needs no root.
TEST_F(ReportFile, WritingThatFailsLeavesTheEarlierReport) {
  write_report(path(), "earlier");
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      write_report(path(), std::string(100'000, 'x'));
    } catch (const Complaint&) {
      ::_exit(42);
    }
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(read_file(path()), "earlier");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, ADeviceStaysADevice) {
  check_writable("/dev/null");
  write_report("/dev/null", "text");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(write_report("/dev/full", "text"), Complaint);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(ReportFile, ALinkStaysALink) {
  write_file(scratch_.path() / "real", "old");
  fs::create_symlink("real", path());
  write_report(path(), "new");
  EXPECT_TRUE(fs::is_symlink(path()));
  EXPECT_EQ(read_file(scratch_.path() / "real"), "new");
}

}  // namespace
}  // namespace promissory::grading
