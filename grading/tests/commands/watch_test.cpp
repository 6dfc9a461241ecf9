#include <gtest/gtest.h>

#include "terminal_session.hpp"
#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class WatchCommand : public testing::Test {
 protected:
  WatchCommand() : workbook_("watch") {
    workbook_.add("01", "not-written");
    workbook_.add("02", "wrong");
  }

  Command watch() const {
    auto command = workbook_.command({"watch"});
    command.environment.emplace_back("NO_COLOR=1");
    return command;
  }
  fs::path header() const { return workbook_.exercises("01-not-written") / "cell.hpp"; }
  void save(const fs::path& from) const { write_file(header(), read_file(from)); }
  void save_submission(const std::string& slug) const {
    save(toys() / "submissions" / slug / "cell.hpp");
  }

  ToyWorkbook workbook_;
};

const std::string at_01 = "watching 01-not-written";

TEST_F(WatchCommand, ChecksAtOnceAndOnEverySave) {
  TerminalSession session(watch());
  EXPECT_NE(session.await(at_01).find("Cell::add: add the amount under a lock."),
            std::string::npos);
  save_submission("wrong");
  session.await("Which is: 8");
  session.await(at_01);
  save_submission("all-pass");
  session.await("all 2 visible tests pass");
  session.await(at_01);
}

TEST_F(WatchCommand, ChecksByPollingToo) {
  auto command = watch();
  command.environment.emplace_back("PROMISSORY_POLL=1");
  TerminalSession session(command);
  session.await(at_01);
  save_submission("all-pass");
  session.await("all 2 visible tests pass");
}

TEST_F(WatchCommand, KeysGiveHintGradeNextAndQuit) {
  TerminalSession session(watch());
  session.await(at_01);
  EXPECT_FALSE(session.is_ordinary());
  session.press('h');
  session.await("Hint 1 of 3");
  session.await(at_01);
  session.press('g');
  session.await("01-not-written  0 of 3 points");
  session.await(at_01);
  session.press('x');
  session.press('c');
  session.await("Cell::add: add the amount");
  session.await(at_01);
  save_submission("all-pass");
  session.await("all 2 visible tests pass");
  session.await(at_01);
  session.press('n');
  session.await("watching 02-wrong");
  session.press('q');
  EXPECT_EQ(session.await_end(), 0);
  EXPECT_TRUE(session.is_ordinary());
}

TEST_F(WatchCommand, ASaveElsewhereGoesThere) {
  TerminalSession session(watch());
  session.await(at_01);
  const auto other = workbook_.exercises("02-wrong") / "cell.hpp";
  write_file(other, read_file(other) + "\n");
  session.await("watching 02-wrong");
}

TEST_F(WatchCommand, SurvivesAHangRunawayOutputAndABrokenDescription) {
  replace_in(workbook_.exercises("01-not-written") / "exercise.toml", "test_seconds = 60",
             "test_seconds = 3");
  TerminalSession session(watch());
  session.await(at_01);
  save_submission("hang");
  session.await("the test hangs");
  session.await(at_01);
  save(toys() / "attacks" / "writes-for-ever.attack");
  session.await("stopped at the time limit");
  session.await(at_01);
  save_submission("compile-error");
  session.await("it does not compile");
  session.await(at_01);
  write_file(workbook_.exercises("01-not-written") / "exercise.toml", "id = ");
  session.await(at_01);
  fs::remove(header());
  session.await("there is no cell.hpp");
  session.await(at_01);
  save_submission("all-pass");
  session.await("all 2 visible tests pass");
}

TEST_F(WatchCommand, CtrlCEndsItAndRestoresTheTerminal) {
  TerminalSession session(watch());
  session.await(at_01);
  session.press(TerminalSession::ctrl_c);
  EXPECT_EQ(session.await_end(), 130);
  EXPECT_TRUE(session.is_ordinary());
}

TEST_F(WatchCommand, CtrlCInTheMiddleOfACheckEndsItToo) {
  TerminalSession session(watch());
  session.await(at_01);
  save(toys() / "attacks" / "loops-for-ever.attack");
  // The screen is cleared when the check begins.
  session.await("\033[2J");
  session.press(TerminalSession::ctrl_c);
  EXPECT_EQ(session.await_end(), 130);
  EXPECT_TRUE(session.is_ordinary());
}

}  // namespace
}  // namespace promissory::grading
