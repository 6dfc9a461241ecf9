// Only a whole report of the right test, an exit code 0 and silent sanitizers make a pass: shell
// scripts stand in for test programs that claim more.
#include "running/test_run.hpp"

#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

const std::string begin = R"({"event":"begin","test":"A.B"})";
const std::string end = R"({"event":"end","test":"A.B","passed":true,"skipped":false})";
const std::string done = R"({"event":"done","passed":true})";

class TestRun : public testing::Test {
 protected:
  // Runs a program that writes these lines into its report and then does what the script says.
  TestResult run_with(const std::vector<std::string>& lines, const std::string& script = "exit 0",
                      std::chrono::seconds limit = std::chrono::minutes(5)) {
    std::string text = "#!/bin/sh\ncat >> \"$PROMISSORY_REPORT\" <<'END'\n";
    for (const auto& line : lines) text += line + "\n";
    const auto program = scratch_.path() / "test";
    write_file(program, text + "END\n" + script + "\n");
    fs::permissions(program, fs::perms::owner_all);
    return run_test(
        Kit(), {.program = program, .name = "A.B", .learner = "/learner/04-toy", .limit = limit});
  }

  ScratchFolder scratch_;
};

TEST_F(TestRun, AWholeReportIsAPass) {
  EXPECT_EQ(run_with({begin, end, done}).outcome, Outcome::passed);
}

TEST_F(TestRun, EveryRecordIsNeeded) {
  EXPECT_EQ(run_with({}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({end, done}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({begin, done}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({begin, end}).outcome, Outcome::crashed);
}

TEST_F(TestRun, AnotherTestsRecordsAreNone) {
  EXPECT_EQ(run_with({R"({"event":"begin","test":"A.C"})", end, done}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({begin, R"({"event":"end","test":"A.C","passed":true})", done}).outcome,
            Outcome::crashed);
}

const std::string skip = R"({"event":"skip","test":"A.B","why":"There is no server here."})";
const std::string end_of_skip = R"({"event":"end","test":"A.B","passed":false,"skipped":true})";

TEST_F(TestRun, ASkippedTestIsNoPassAndSaysWhy) {
  const auto result = run_with({begin, skip, end_of_skip, done});
  EXPECT_EQ(result.outcome, Outcome::skipped);
  EXPECT_FALSE(result.passed());
  EXPECT_FALSE(result.failed());
  EXPECT_EQ(result.detail, "There is no server here.");
  EXPECT_EQ(run_with({begin, end_of_skip, done}).detail, "the test was skipped");
}

TEST_F(TestRun, ASkipTakesAWholeReportToo) {
  EXPECT_EQ(run_with({skip}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({begin, skip, done}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({begin, skip, end_of_skip}).outcome, Outcome::crashed);
  EXPECT_EQ(run_with({begin, skip, end_of_skip, done}, "exit 7").outcome, Outcome::crashed);
}

TEST_F(TestRun, ASkipHidesNothing) {
  EXPECT_EQ(run_with({begin, skip,
                      R"({"event":"failure","test":"A.B","file":"x","line":1,"message":"no"})",
                      end_of_skip, done})
                .outcome,
            Outcome::failed);
  EXPECT_EQ(
      run_with({begin, skip, end_of_skip, done}, "echo 'WARNING: ThreadSanitizer: data race' >&2")
          .outcome,
      Outcome::race);
  EXPECT_EQ(
      run_with({begin, R"({"event":"skip","test":"A.C","why":"Another's."})", end, done}).outcome,
      Outcome::passed);
}

TEST_F(TestRun, AnotherExitCodeIsNoPass) {
  const auto result = run_with({begin, end, done}, "exit 7");
  EXPECT_EQ(result.outcome, Outcome::crashed);
  EXPECT_EQ(result.detail,
            "the process ended with exit code 7 in the middle of the test, without a verdict");
}

TEST_F(TestRun, ASignalIsNoPass) {
  const auto result = run_with({begin, end, done}, "kill -ABRT $$");
  EXPECT_EQ(result.outcome, Outcome::crashed);
  EXPECT_EQ(result.detail, "ended by signal 6 (Aborted)");
}

TEST_F(TestRun, WhatItPrintsCountsForNothing) {
  EXPECT_EQ(run_with({}, "echo '[  PASSED  ] 1 test.'").outcome, Outcome::crashed);
}

TEST_F(TestRun, AFailureOutweighsAPass) {
  const auto result =
      run_with({begin, R"({"event":"failure","test":"A.B","file":"x.cpp","line":3,"message":"no"})",
                end, done});
  EXPECT_EQ(result.outcome, Outcome::failed);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].line, 3);
}

TEST_F(TestRun, ASanitizersReportOutweighsAPass) {
  EXPECT_EQ(run_with({begin, end, done}, "echo 'WARNING: ThreadSanitizer: data race' >&2").outcome,
            Outcome::race);
  EXPECT_EQ(run_with({begin, end, done}, "echo '==1==ERROR: AddressSanitizer: x' >&2").outcome,
            Outcome::memory);
  EXPECT_EQ(run_with({begin, end, done}, "echo '==1==ERROR: LeakSanitizer: x' >&2").outcome,
            Outcome::leak);
  EXPECT_EQ(run_with({begin, end, done}, "echo 'x.hpp:1: runtime error: y' >&2").outcome,
            Outcome::memory);
}

TEST_F(TestRun, ThatEndsAtTheTimeLimitHangs) {
  const auto result = run_with({begin, end, done}, "while :; do :; done", std::chrono::seconds(1));
  EXPECT_EQ(result.outcome, Outcome::hung);
  EXPECT_EQ(result.detail, "stopped at the time limit; no thread could be asked where it is");
}

TEST_F(TestRun, RecordsOfAnotherShapeAreIgnored) {
  const auto result = run_with({"no json", "[1]", "{}", R"({"event":7})",
                                R"({"event":"end","test":"A.B","passed":"yes"})",
                                R"({"event":"begin","test":[]})", begin, end, done});
  EXPECT_EQ(result.outcome, Outcome::passed);
}

TEST_F(TestRun, AFailureOfAnotherShapeIsAFailure) {
  const auto result = run_with({begin, R"({"event":"failure","line":"three"})", end, done});
  EXPECT_EQ(result.outcome, Outcome::failed);
}

TEST_F(TestRun, ALeakIsToldOnce) {
  const auto result = run_with(
      {begin, R"({"event":"leak","test":"A.B","kind":"thread","what":"A thread outlived"})",
       R"({"event":"failure","test":"A.B","file":"x","line":1,"message":"Failed\nA thread outlived"})",
       R"({"event":"end","test":"A.B","passed":false})", R"({"event":"done","passed":false})"},
      "exit 1");
  EXPECT_EQ(result.outcome, Outcome::leak);
  EXPECT_EQ(result.detail, "A thread outlived");
  EXPECT_TRUE(result.failures.empty());
}

TEST_F(TestRun, AStarterSaysWhatToWrite) {
  const auto result = run_with({begin, R"({"event":"failure","test":"A.B","file":"","line":0,)"
                                       R"("message":"Write it.","not_written":true})"},
                               "exit 1");
  EXPECT_EQ(result.outcome, Outcome::not_written);
  EXPECT_EQ(result.failures.at(0).message, "Write it.");
}

TEST_F(TestRun, TheFirstPlaceInTheLearnersFileIsFound) {
  const auto result = run_with(
      {R"({"event":"hang","test":"A.B","stacks":"at /usr/x.hpp:1\n at /learner/04-toy/p.hpp:31\n"})"},
      "exit 66");
  EXPECT_EQ(result.outcome, Outcome::hung);
  EXPECT_EQ(result.learners.file, "/learner/04-toy/p.hpp");
  EXPECT_EQ(result.learners.line, 31);
}

TEST_F(TestRun, ManyAndLongFailuresAreCut) {
  std::vector<std::string> lines(
      100, R"({"event":"failure","test":"A.B","file":"x","line":1,"message":"/)" +
               std::string(200'000, 'x') + "\"}");
  const auto result = run_with(lines, "exit 1");
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.failures.size(), 20U);
  EXPECT_LT(result.failures[0].message.size(), 10'000U);
}

TEST_F(TestRun, SchedulesAreCounted) {
  const std::string explored =
      R"({"event":"explored","test":"A.B","schedules":70,"steps":900,"exhausted":true})";
  const auto result = run_with({begin, explored, explored, end, done});
  EXPECT_EQ(result.outcome, Outcome::passed);
  EXPECT_EQ(result.explored.schedules, 140);
  EXPECT_TRUE(result.explored.exhausted);
  EXPECT_EQ(result.explored.report, "");
}

std::string failed_schedule(const std::string& kind, const std::string& summary = "It is so.") {
  return R"({"event":"explored","test":"A.B","schedules":7,"exhausted":false,"kind":")" + kind +
         R"(","summary":")" + summary + R"(","report":"step  T0\n   1  starts"})";
}

TEST_F(TestRun, AScheduleThatFailsIsToldOnceAndWhole) {
  const auto result =
      run_with({begin, failed_schedule("deadlock"),
                R"({"event":"failure","test":"A.B","file":"x","line":1,"message":"Failed\nstep",)"
                R"("contract":"It ends.","read":"here"})",
                R"({"event":"end","test":"A.B","passed":false})"},
               "exit 1");
  EXPECT_EQ(result.outcome, Outcome::hung);
  EXPECT_EQ(result.explored.report, "step  T0\n   1  starts");
  EXPECT_EQ(result.contract, "It ends.");
  EXPECT_TRUE(result.failures.empty());
}

TEST_F(TestRun, EachKindOfScheduleIsAnOutcome) {
  for (const auto& [kind, outcome] :
       {std::pair{"data race", Outcome::race}, std::pair{"use after free", Outcome::memory},
        std::pair{"leak", Outcome::leak}, std::pair{"livelock", Outcome::hung},
        std::pair{"uncaught exception", Outcome::terminated}, std::pair{"crash", Outcome::crashed},
        std::pair{"expectation", Outcome::failed}, std::pair{"lock order", Outcome::failed}}) {
    EXPECT_EQ(run_with({begin, failed_schedule(kind)}, "exit 1").outcome, outcome) << kind;
    // A program that goes on to claim a pass has not passed.
    EXPECT_EQ(run_with({begin, failed_schedule(kind), end, done}).outcome, outcome) << kind;
  }
}

TEST_F(TestRun, AnExploredStarterSaysWhatToWrite) {
  const auto result = run_with(
      {begin, failed_schedule("uncaught exception",
                              R"(promissory::NotWritten \"Write it.\" escaped from the body.)")},
      "exit 1");
  EXPECT_EQ(result.outcome, Outcome::not_written);
  EXPECT_EQ(result.detail, "Write it.");
}

TEST_F(TestRun, TheScheduleIsReadAndTellsThePlace) {
  const auto result = run_with({begin, failed_schedule("data race")},
                               R"(cat > "$PROMISSORY_EXPLORE_JSON" <<'END'
{"notes":[{"thread":1,"text":"reads","stack":[{"file":"/x.cpp","line":3},{"file":"/learner/04-toy/p.hpp","line":31}]}],"steps":[]}
END
exit 1)");
  ASSERT_TRUE(result.explored.schedule);
  EXPECT_EQ(result.learners.file, "/learner/04-toy/p.hpp");
  EXPECT_EQ(result.learners.line, 31);
}

// A verdict does not depend on what somebody has set for a run by hand.
TEST_F(TestRun, TheCallersSettingsForTheExplorerAreForgotten) {
  ::setenv("PROMISSORY_EXPLORE_SCHEDULES", "1", 1);
  ::setenv("PROMISSORY_EXPLORE_REPLAY", "mix:1:1", 1);
  const auto result = run_with(
      {begin, end, done}, "test -z \"$PROMISSORY_EXPLORE_SCHEDULES$PROMISSORY_EXPLORE_REPLAY\"");
  ::unsetenv("PROMISSORY_EXPLORE_SCHEDULES");
  ::unsetenv("PROMISSORY_EXPLORE_REPLAY");
  EXPECT_EQ(result.outcome, Outcome::passed);
}

TEST_F(TestRun, ItsFolderIsGoneAfterwards) {
  const auto result =
      run_with({begin}, "pwd >&2; touch left; pwd > " + (scratch_.path() / "where").string());
  auto where = read_file(scratch_.path() / "where");
  where.pop_back();
  EXPECT_FALSE(fs::exists(where));
}

}  // namespace
}  // namespace promissory::grading
