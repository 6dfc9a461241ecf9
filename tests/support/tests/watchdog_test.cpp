#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include "support/contract.hpp"
#include "support/tests/run_victim.hpp"

namespace promissory::support {
namespace {

// With a limit this long, only the detector of deadlocks can end the victim before ours ends us.
const std::map<std::string, std::string> no_limit{{"PROMISSORY_WATCHDOG_MS", "600000"}};
const std::map<std::string, std::string> short_limit{{"PROMISSORY_WATCHDOG_MS", "300"}};
// Longer than a busy disk holds up a test, shorter than the victims get no processor.
const std::map<std::string, std::string> a_second{{"PROMISSORY_WATCHDOG_MS", "1000"}};
// For what spins: on a busy machine it gets there slowly.
const std::map<std::string, std::string> shortest_limit{{"PROMISSORY_WATCHDOG_MS", "50"}};

void expect_hang(const Outcome& outcome, const std::string& how, const std::string& function) {
  EXPECT_EQ(outcome.exit_status, hang_exit_status) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("event":"hang")", R"("how":")" + how + "\"", function}))
      << outcome.report;
  EXPECT_FALSE(outcome.has_event({R"("event":"end")"})) << outcome.report;
  EXPECT_NE(outcome.output.find(function), std::string::npos) << outcome.output;
}

TEST(Watchdog, ADeadlockIsProvedAndShown) {
  contract("A deadlock is named with the stacks of all threads, long before any limit.");
  const Outcome outcome = run_victim("Deadlocks", no_limit);
  expect_hang(outcome, "deadlock", "wait_for_the_other");
  EXPECT_NE(outcome.output.find("Victim.Deadlocks hangs"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("victims.cpp:"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("Two threads never wait"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("the first move"), std::string::npos) << outcome.output;
}

TEST(Watchdog, ThreadsWithTheSameStackAreToldOnce) {
  contract("Threads that hang in the same place share one stack.");
  const Outcome outcome = run_victim("HangsTogether", no_limit);
  expect_hang(outcome, "deadlock", "wait_for_gate");
  EXPECT_NE(outcome.output.find("3 threads"), std::string::npos) << outcome.output;
}

TEST(Watchdog, ALoneThreadCanDeadlock) {
  contract("A test that waits alone for ever is a deadlock, too.");
  expect_hang(run_victim("DeadlocksAlone", no_limit), "deadlock", "wait_for_gate");
}

TEST(Watchdog, AMutexCanDeadlock) {
  contract("A mutex that nobody will unlock is a deadlock.");
  expect_hang(run_victim("DeadlocksInAMutex", no_limit), "deadlock", "DeadlocksInAMutex");
}

TEST(Watchdog, ATestThatSpinsMeetsTheLimit) {
  contract("A thread that runs for ever is no deadlock, but too late at some time.");
  expect_hang(run_victim("SpinsForEver", shortest_limit), "timeout", "SpinsForEver");
}

TEST(Watchdog, ATestThatPollsMeetsTheLimit) {
  contract("Waits with a timeout, repeated for ever, are no deadlock, but too late at some time.");
  expect_hang(run_victim("PollsForEver", short_limit), "timeout", "pass_time");
}

TEST(Watchdog, TimeInWhichOthersWorkIsNotCounted) {
  contract("A test may say that it waits for another program, and is not late by that.");
  const Outcome outcome = run_victim("WaitsForOthersForASecond", short_limit);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(Watchdog, TimeWithoutAProcessorIsNotCounted) {
  contract("A test that gets no processor is not late through its own fault.");
  const Outcome outcome = run_victim("GetsNoProcessorForTwoSeconds", a_second);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(Watchdog, TimeWithoutAProcessorIsNotCountedAfterASleepEither) {
  contract("What a test was doing before it got no processor makes no difference.");
  const Outcome outcome = run_victim("SleepsAndThenGetsNoProcessorForTwoSeconds", a_second);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(Watchdog, ATimedWaitIsNoDeadlock) {
  contract("As long as one thread waits with a timeout, it can wake all others.");
  const Outcome outcome = run_victim("IsWokenByAThreadThatPassesTime");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(Watchdog, AReadIsNoDeadlock) {
  contract("As long as one thread reads from outside, it can wake all others.");
  const Outcome outcome = run_victim("IsWokenThroughAPipe");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(Watchdog, AHangAfterTheLastTestIsFound) {
  contract("A program that passes and then does not end has hung.");
  const Outcome outcome = run_victim("HangsAtExit", no_limit);
  EXPECT_EQ(outcome.exit_status, hang_exit_status) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("event":"hang")", R"("test":"")", "~HangsInItsDestructor"}))
      << outcome.report;
}

}  // namespace
}  // namespace promissory::support
