#include "running/schedule.hpp"

#include <gtest/gtest.h>

#include "toy_files.hpp"

namespace promissory::grading {
namespace {

TEST(ScheduleFile, IsReadWithItsNotesAndSteps) {
  const auto schedule = read_schedule(read_file(toys() / "schedules" / "deadlock.json"));
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->test, "OncePromiseExplored.EveryAwaiterIsWoken");
  EXPECT_EQ(schedule->kind, "deadlock");
  EXPECT_EQ(schedule->summary, "Nobody can go on: 2 threads wait for each other or for ever.");
  EXPECT_EQ(schedule->replay, "mix:1:5");
  ASSERT_EQ(schedule->notes.size(), 2U);
  EXPECT_EQ(schedule->notes[1].thread, 1);
  EXPECT_EQ(schedule->notes[1].text, "waits on condition variable C1");
  EXPECT_EQ(schedule->notes[1].stack.size(), 2U);
  ASSERT_EQ(schedule->steps.size(), 48U);
  const auto& wake = schedule->steps[25];
  EXPECT_EQ(wake.number, 26);
  EXPECT_EQ(wake.thread, 2);
  EXPECT_EQ(wake.action, "wakes C1 (takes M2)");
  EXPECT_EQ(wake.read_from, 20);
  EXPECT_TRUE(wake.matters);
  EXPECT_EQ(wake.stack.at(0).line, 53);
  EXPECT_EQ(wake.stack.at(0).source, "if (!settled_.wait(lock, token, is_settled())) {");
  EXPECT_FALSE(schedule->steps[24].matters);
  EXPECT_EQ(schedule->steps[24].value, "7 → 5");
}

TEST(ScheduleFile, OfAnotherShapeIsNone) {
  for (const auto* line :
       {"", "no json", "[]", "7", "{}", R"({"notes":[],"steps":[7]})", R"({"notes":[],"steps":7})",
        R"({"notes":[{"thread":"T1","stack":[]}],"steps":[]})",
        R"({"notes":[],"steps":[{"number":1,"thread":0,"action":"a"}]})"}) {
    EXPECT_FALSE(read_schedule(line)) << line;
  }
}

// The code under test could have written the file.
TEST(ScheduleFile, AThreadThatCannotBeIsBroughtWithinBounds) {
  const auto schedule = read_schedule(
      R"({"notes":[],"steps":[{"number":1,"thread":1000000000,"target":-7,"stack":[]}]})");
  ASSERT_TRUE(schedule);
  EXPECT_LT(schedule->steps.at(0).thread, 100);
  EXPECT_EQ(schedule->steps.at(0).target, -1);
}

}  // namespace
}  // namespace promissory::grading
