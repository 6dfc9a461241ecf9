#include <gtest/gtest.h>

#include <csignal>

#include "support/contract.hpp"
#include "support/json_line.hpp"
#include "support/tests/run_victim.hpp"

namespace promissory::support {
namespace {

TEST(Reporter, APassIsRecordedFromBeginToDone) {
  contract("A record has a beginning, an end and a verdict.");
  const Outcome outcome = run_victim("Passes");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
  const std::vector<std::string> expected{
      R"({"event":"begin","test":"Victim.Passes"})",
      R"({"event":"end","test":"Victim.Passes","passed":true,"skipped":false})",
      R"({"event":"done","passed":true})"};
  EXPECT_EQ(outcome.events, expected);
}

TEST(Reporter, ASkipSaysWhy) {
  contract("A test that skips itself leaves the reason, and is no pass.");
  const Outcome outcome = run_victim("IsSkipped");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
  const std::vector<std::string> expected{
      R"({"event":"begin","test":"Victim.IsSkipped"})",
      R"({"event":"skip","test":"Victim.IsSkipped","why":"There is no \"server\" here."})",
      R"({"event":"end","test":"Victim.IsSkipped","passed":false,"skipped":true})",
      R"({"event":"done","passed":true})"};
  EXPECT_EQ(outcome.events, expected);
}

TEST(Reporter, WhatIsNotWrittenIsReportedByItsSentence) {
  contract("The sentence of a starter arrives as it is.");
  const Outcome outcome = run_victim("IsNotWritten");
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_TRUE(outcome.has_event(
      {R"("event":"failure")", R"("message":"Promise::resolve: \"store\" the value once.")",
       R"("not_written":true)", R"("contract":"What is written works.")", R"("read":"todo")"}))
      << outcome.report;
  EXPECT_NE(outcome.output.find("Contract: What is written works."), std::string::npos);
}

TEST(Reporter, WhatIsNotWrittenIsSeenThroughAnExpectation) {
  contract("An expectation that swallows the sentence still reports it.");
  const Outcome outcome = run_victim("ExpectsAnotherException");
  EXPECT_TRUE(outcome.has_event(
      {R"("message":"Throw it when it is due.")", R"("not_written":true)", "victims.cpp"}))
      << outcome.report;
}

TEST(Reporter, WhatIsNotWrittenIsSeenInAThread) {
  contract("The sentence arrives even if it ends the process.");
  const Outcome outcome = run_victim("IsNotWrittenInAThread");
  EXPECT_EQ(outcome.signal, SIGABRT);
  EXPECT_TRUE(outcome.has_event({R"("event":"terminate")", R"("not_written":true)",
                                 R"("message":"Write the body of the thread.")"}))
      << outcome.report;
}

TEST(Reporter, AnyOtherExceptionIsReportedWithItsType) {
  contract("An exception that escapes from a test is reported with its type and its text.");
  const Outcome outcome = run_victim("ThrowsSomethingElse");
  EXPECT_TRUE(outcome.has_event(
      {R"("message":"std::range_error \"too far\" thrown in the test)", R"("not_written":false)"}))
      << outcome.report;
}

TEST(Reporter, ACrashLeavesABeginWithoutAnEnd) {
  contract("What was recorded before a crash stays recorded.");
  const Outcome outcome = run_victim("Crashes:Victim.Passes");
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_TRUE(outcome.has_event({R"("event":"begin")", "Victim.Crashes"})) << outcome.report;
  EXPECT_FALSE(outcome.has_event({R"("event":"end")", "Victim.Crashes"})) << outcome.report;
  EXPECT_FALSE(outcome.has_event({R"("event":"done")"})) << outcome.report;
}

TEST(Reporter, GarbageBecomesValidText) {
  contract("Whatever bytes a test prints, the record is valid.");
  const Outcome outcome = run_victim("SaysGarbage");
  EXPECT_TRUE(outcome.has_event({R"(\ufffd\ufffd\ufffd\"\\\n\u0001)"})) << outcome.report;
}

TEST(Terminate, AnExceptionOutOfAThreadIsExplained) {
  contract("An exception that leaves a thread is told with type, text, thread and stack.");
  const Outcome outcome = run_victim("ThrowsOutOfAThread");
  EXPECT_EQ(outcome.signal, SIGABRT) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("event":"terminate")", "std::range_error", "left thread",
                                 "too far", R"("not_written":false)"}))
      << outcome.report;
  EXPECT_NE(outcome.output.find("throw_out_of_a_thread"), std::string::npos) << outcome.output;
}

TEST(Terminate, AForgottenJoinIsExplained) {
  contract("std::terminate without an exception says what it mostly means.");
  const Outcome outcome = run_victim("ForgetsToJoin");
  EXPECT_EQ(outcome.signal, SIGABRT) << outcome.output;
  EXPECT_TRUE(outcome.has_event({R"("event":"terminate")", "joinable"})) << outcome.report;
}

TEST(Terminate, DeathTestsWorkAndAreNotRecorded) {
  contract("A death that was expected is no event.");
  const Outcome outcome = run_victim("ExpectsTheDeath");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
  EXPECT_FALSE(outcome.has_event({R"("event":"terminate")"})) << outcome.report;
  EXPECT_EQ(outcome.events.size(), 3U) << outcome.report;
}

TEST(JsonLine, EscapesWhatMustBeEscaped) {
  contract("Quotes, backslashes and control characters are escaped, real letters are not.");
  EXPECT_EQ(JsonLine("e").text("k", "a\"b\\c\n\t\x02\x7f \u00e4\u20ac\U0001F600").str(),
            "{\"event\":\"e\",\"k\":\"a\\\"b\\\\c\\n\\t\\u0002\\u007f \u00e4\u20ac\U0001F600\"}\n");
}

TEST(JsonLine, ReplacesWhatIsNotUtf8) {
  contract("Overlong forms, surrogates, and sequences that are cut short are replaced.");
  const auto text_of = [](std::string_view bytes) { return JsonLine("").text("k", bytes).str(); };
  EXPECT_EQ(text_of("\xc0\xaf"), "{\"event\":\"\",\"k\":\"\\ufffd\\ufffd\"}\n");
  EXPECT_EQ(text_of("\xed\xa0\x80"), "{\"event\":\"\",\"k\":\"\\ufffd\\ufffd\\ufffd\"}\n");
  EXPECT_EQ(text_of("\xe2\x82"), "{\"event\":\"\",\"k\":\"\\ufffd\\ufffd\"}\n");
  EXPECT_EQ(text_of("\xf4\x90\x80\x80").size(), text_of("").size() + 24);
  EXPECT_EQ(text_of(std::string_view("\0", 1)), "{\"event\":\"\",\"k\":\"\\u0000\"}\n");
}

TEST(JsonLine, CarriesNumbersAndFlags) {
  contract("Numbers and flags are written as such.");
  EXPECT_EQ(JsonLine("e").number("n", -3).flag("f", true).str(),
            "{\"event\":\"e\",\"n\":-3,\"f\":true}\n");
}

}  // namespace
}  // namespace promissory::support
