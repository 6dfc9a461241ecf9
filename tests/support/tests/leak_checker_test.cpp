#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "support/contract.hpp"
#include "support/tests/run_victim.hpp"

namespace promissory::support {
namespace {

const std::map<std::string, std::string> short_grace{{"PROMISSORY_LEAK_GRACE_MS", "100"}};

bool says(const Outcome& outcome, const std::string& text) {
  return outcome.output.find(text) != std::string::npos;
}

#define EXPECT_SAYS(outcome, text) EXPECT_TRUE(says(outcome, text)) << (outcome).output

TEST(LeakChecker, AThreadThatOutlivesItsTestFailsIt) {
  contract("A thread that is still there after its test is named, with its stack.");
  const Outcome outcome = run_victim("LeaksAThread", short_grace);
  EXPECT_EQ(outcome.exit_status, 1) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("event":"leak")", R"("kind":"thread")", R"("secondary":false)",
                                 "wait_for_gate_that_stays_closed"}))
      << outcome.report;
  EXPECT_TRUE(outcome.has_event({R"("event":"failure")", "outlived its test"})) << outcome.report;
  EXPECT_TRUE(outcome.has_event({R"("event":"end")", R"("passed":false)"})) << outcome.report;
  EXPECT_TRUE(outcome.has_event({R"("event":"done")", R"("passed":false)"})) << outcome.report;
  EXPECT_SAYS(outcome, "victims.cpp:");
  EXPECT_SAYS(outcome, "Contract: What a test starts, it ends.");
}

TEST(LeakChecker, TheNextTestIsNotBlamed) {
  contract("A leaked thread is charged to the test that started it, and to no other.");
  const Outcome outcome = run_victim("LeaksAThread:Victim.Passes:Victim.EndsSlowly");
  EXPECT_TRUE(outcome.has_event({R"("event":"end")", "Victim.Passes", R"("passed":true)"}))
      << outcome.report;
  EXPECT_TRUE(outcome.has_event({R"("event":"end")", "Victim.EndsSlowly", R"("passed":true)"}))
      << outcome.report;
}

TEST(LeakChecker, AFailedTestIsNotDrownedInLeaks) {
  contract("What a failed test leaves over is told on the side.");
  const Outcome outcome = run_victim("FailsAndLeavesAThread", short_grace);
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_TRUE(outcome.has_event({R"("event":"leak")", R"("secondary":true)"})) << outcome.report;
  EXPECT_FALSE(outcome.has_event({R"("event":"failure")", "outlived"})) << outcome.report;
  EXPECT_TRUE(outcome.has_event({R"("event":"failure")", "first things first"}));
}

TEST(LeakChecker, AThreadThatEndsWithinTheGraceIsNoLeak) {
  contract("A thread that ends a little later than its test is right.");
  const Outcome outcome = run_victim("EndsSlowly", {{"PROMISSORY_LEAK_GRACE_MS", "8000"}});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
  EXPECT_FALSE(outcome.has_event({R"("event":"leak")"})) << outcome.report;
}

TEST(LeakChecker, AHelperThreadMayBeAllowed) {
  contract("A thread that was announced may stay.");
  const Outcome outcome = run_victim("KeepsAHelperThread", short_grace);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(LeakChecker, AnOpenPromiseFailsItsTest) {
  contract("A promise that is neither kept nor broken is named with its place and its waiters.");
  const Outcome outcome = run_victim("LeavesAPromiseOpen", short_grace);
  EXPECT_EQ(outcome.exit_status, 1) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("kind":"promise")", "the open promise", "1 thread waits"}))
      << outcome.report;
  EXPECT_SAYS(outcome, "victims.cpp:");
}

TEST(LeakChecker, ADroppedPromiseFailsItsTest) {
  contract("A promise that is destroyed unsettled counts as open.");
  const Outcome outcome = run_victim("DropsAPromise");
  EXPECT_EQ(outcome.exit_status, 1) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("kind":"promise")", "the dropped promise"})) << outcome.report;
}

TEST(LeakChecker, AnAnswerThatNeverComesFailsItsTest) {
  contract("A promise without an entry can be asked about at the end of the test.");
  const Outcome outcome = run_victim("ExpectsAnAnswerInVain", short_grace);
  EXPECT_EQ(outcome.exit_status, 1) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("kind":"promise")", "the answer", "3 threads wait"}))
      << outcome.report;
}

TEST(LeakChecker, KeptPromisesAreNoLeak) {
  contract("Promises that are settled in time are not mentioned.");
  const Outcome outcome = run_victim("KeepsItsPromises", {{"PROMISSORY_LEAK_GRACE_MS", "8000"}});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
  EXPECT_FALSE(outcome.has_event({R"("event":"leak")"})) << outcome.report;
}

#if defined(__SANITIZE_ADDRESS__)
#define LEAKS_OF_MEMORY_ARE_SEEN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_OF_MEMORY_ARE_SEEN 1
#endif
#endif
#ifdef LEAKS_OF_MEMORY_ARE_SEEN
TEST(LeakChecker, LostMemoryFailsTheTestThatLostIt) {
  contract("Unreachable memory is charged to the test that lost it, and to no other.");
  const Outcome outcome = run_victim("LeaksMemory:Victim.FollowsALeakOfMemory");
  EXPECT_NE(outcome.exit_status, 0);
  EXPECT_TRUE(outcome.has_event({R"("kind":"memory")", "4000 byte"})) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("event":"end")", "LeaksMemory", R"("passed":false)"}));
  EXPECT_TRUE(outcome.has_event({R"("event":"end")", "FollowsALeakOfMemory", R"("passed":true)"}));
}
#endif

// In several portions, because each test has its own limit of time.
class RightCode : public testing::TestWithParam<int> {
 protected:
  static void expect_never_suspected(int runs) {
    const Outcome outcome =
        run_victim("CleanThreads:Victim.Passes", {}, {"--gtest_repeat=" + std::to_string(runs)});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
    EXPECT_FALSE(outcome.has_event({R"("event":"leak")"})) << outcome.report;
    EXPECT_FALSE(outcome.has_event({R"("event":"hang")"})) << outcome.report;
    EXPECT_FALSE(outcome.has_event({R"("passed":false)"})) << outcome.report;
  }
};

TEST_P(RightCode, IsNeverSuspected) {
  contract("Right code with many threads raises no alarm, however often it runs.");
  expect_never_suspected(GetParam());
}

TEST_P(RightCode, IsNeverSuspectedOnABusyMachine) {
  contract("Right code raises no alarm while every processor is busy.");
  std::vector<std::jthread> load;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    load.emplace_back([](const std::stop_token& token) {
      while (!token.stop_requested()) std::atomic_signal_fence(std::memory_order_seq_cst);
    });
  }
  expect_never_suspected(GetParam());
}

INSTANTIATE_TEST_SUITE_P(InPortions, RightCode, testing::Values(25, 25, 25, 25, 25, 25, 25, 25),
                         [](const testing::TestParamInfo<int>& portion) {
                           return "Portion" + std::to_string(portion.index + 1);
                         });

}  // namespace
}  // namespace promissory::support
