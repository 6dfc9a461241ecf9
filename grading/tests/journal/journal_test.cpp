#include "journal/journal.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class JournalFile : public testing::Test {
 protected:
  JournalFile() { ::unsetenv("PROMISSORY_JOURNAL"); }
  ~JournalFile() override { ::unsetenv("PROMISSORY_JOURNAL"); }
  Journal open() const { return Journal(scratch_.path()); }
  fs::path path() const { return scratch_.path() / ".promissory" / "journal.db"; }

  // @return the child's exit code
  template <class Work>
  static pid_t in_child(Work work) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    try {
      work();
    } catch (const std::exception& error) {
      fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }

  ScratchFolder scratch_;
};

TEST_F(JournalFile, CountsHintsPerExercise) {
  auto journal = open();
  EXPECT_EQ(journal.hints_used("04"), 0);
  EXPECT_EQ(journal.take_hint("04"), 1);
  EXPECT_EQ(journal.take_hint("04"), 2);
  EXPECT_EQ(journal.take_hint("05"), 1);
  EXPECT_EQ(journal.hints_used("04"), 2);
  EXPECT_EQ(open().hints_used("04"), 2);
}

TEST_F(JournalFile, KeepsAVerdictForItsKeyAlone) {
  auto journal = open();
  journal.keep_verdict("04", "key", "{}");
  EXPECT_EQ(journal.kept_verdict("04", "key"), "{}");
  EXPECT_FALSE(journal.kept_verdict("04", "other key"));
  EXPECT_FALSE(journal.kept_verdict("05", "key"));
  journal.keep_verdict("04", "new key", "{1}");
  EXPECT_FALSE(journal.kept_verdict("04", "key"));
}

TEST_F(JournalFile, WorkBeginsAtNought) {
  auto journal = open();
  EXPECT_EQ(journal.worked_on("04").count(), 0);
  journal.touch("04");
  EXPECT_EQ(journal.worked_on("04").count(), 0);
}

TEST_F(JournalFile, LiesWhereItIsTold) {
  const auto elsewhere = scratch_.path() / "sub" / "other.db";
  ::setenv("PROMISSORY_JOURNAL", elsewhere.c_str(), 1);
  open().take_hint("04");
  EXPECT_TRUE(fs::exists(elsewhere));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(JournalFile, AFileThatIsNoJournalIsAComplaint) {
  write_file(path(), "This is not a database, but it is long enough to be looked at as one.");
  try {
    open();
    FAIL() << "it was opened";
  } catch (const Complaint& complaint) {
    const std::string said = complaint.what();
    EXPECT_NE(said.find(path().string()), std::string::npos) << said;
    EXPECT_NE(said.find("Move it away to begin a new one"), std::string::npos) << said;
  }
  EXPECT_EQ(read_file(path()).substr(0, 7), "This is");
}

TEST_F(JournalFile, AFolderInItsPlaceIsAComplaint) {
  fs::create_directories(path());
  EXPECT_THROW(open(), Complaint);
}

// Killed at any moment, it has every hint that it had told of, and is whole.
TEST_F(JournalFile, SurvivesBeingKilledWhileItWrites) {
  int told = 0;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t writer = in_child([&] {
      auto journal = open();
      for (;;) {
        const int rung = journal.take_hint("04");
        if (::write(ends[1], &rung, sizeof rung) != sizeof rung) return;
      }
    });
    ::close(ends[1]);
    // Killed after another number of hints each time; what the pipe still holds was told too.
    for (int i = 0, rung = 0; i < 1 + round % 5; ++i) {
      ASSERT_EQ(::read(ends[0], &rung, sizeof rung), static_cast<ssize_t>(sizeof rung));
      told = rung;
    }
    ::kill(writer, SIGKILL);
    for (int rung = 0; ::read(ends[0], &rung, sizeof rung) == sizeof rung;) told = rung;
    ::close(ends[0]);
    ASSERT_EQ(::waitpid(writer, nullptr, 0), writer);
    // One more may be written and not yet told.
    const int kept = open().hints_used("04");
    EXPECT_GE(kept, told);
    EXPECT_LE(kept, told + 1);
    told = kept;
  }
}

TEST_F(JournalFile, SeveralProcessesAtOnceLoseNothing) {
  constexpr int processes = 4;
  constexpr int each = 25;
  std::vector<pid_t> writers;
  for (int i = 0; i < processes; ++i) {
    writers.push_back(in_child([&] {
      for (int hint = 0; hint < each; ++hint) open().take_hint("04");
    }));
  }
  for (const pid_t writer : writers) {
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  EXPECT_EQ(open().hints_used("04"), processes * each);
}

}  // namespace
}  // namespace promissory::grading
