#include "showing/schedule_picture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <tuple>

#include "golden.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

Schedule toy_schedule(const std::string& name) {
  return read_schedule(read_file(toys() / "schedules" / (name + ".json"))).value();
}

std::vector<const ScheduleStep*> steps_of(const Schedule& schedule, bool all = false) {
  std::vector<const ScheduleStep*> shown;
  for (const auto& step : schedule.steps) {
    if (step.matters || all) shown.push_back(&step);
  }
  return shown;
}

std::size_t count(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<std::size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), regex), std::sregex_iterator()));
}

using Pair = std::tuple<std::string, int, int>;

std::vector<Pair> pairs_of(const Schedule& schedule, bool all = false) {
  std::vector<Pair> pairs;
  for (const auto& arrow : arrows_of(schedule, steps_of(schedule, all))) {
    pairs.emplace_back(name_of(arrow.kind), arrow.from, arrow.to);
  }
  return pairs;
}

TEST(ScheduleArrows, OfADeadlock) {
  EXPECT_EQ(pairs_of(toy_schedule("deadlock")), (std::vector<Pair>{{"life", 2, 4},
                                                                   {"life", 8, 10},
                                                                   {"lock", 7, 10},
                                                                   {"life", 11, 27},
                                                                   {"lock", 12, 14},
                                                                   {"lock", 15, 16},
                                                                   {"lock", 18, 19},
                                                                   {"wake", 20, 26},
                                                                   {"lock", 22, 27},
                                                                   {"life", 30, 32},
                                                                   {"lock", 30, 39},
                                                                   {"life", 41, 43}}));
}

TEST(ScheduleArrows, OfARaceGoFromWriteToRead) {
  EXPECT_EQ(pairs_of(toy_schedule("race")), (std::vector<Pair>{{"life", 2, 15}, {"value", 5, 15}}));
}

TEST(ScheduleArrows, GoFromStartToBeginAndFromEndToJoinWhenAllIsShown) {
  const auto pairs = pairs_of(toy_schedule("deadlock"), true);
  for (const auto& pair :
       {Pair{"life", 2, 3}, Pair{"life", 31, 32}, Pair{"life", 42, 43}, Pair{"value", 5, 13}}) {
    EXPECT_EQ(std::count(pairs.begin(), pairs.end(), pair), 1)
        << std::get<1>(pair) << " to " << std::get<2>(pair);
  }
}

// Every step that read from another thread's, when both are shown, has an arrow and no other has.
TEST(ScheduleArrows, AreWhatTheStepsReadFrom) {
  for (const auto* name : {"deadlock", "race"}) {
    const auto schedule = toy_schedule(name);
    std::vector<std::pair<int, int>> wanted;
    for (const auto& step : schedule.steps) {
      if (step.read_from < 0 || step.action.starts_with("joins")) continue;
      const auto& from = schedule.steps.at(static_cast<std::size_t>(step.read_from) - 1);
      if (from.thread != step.thread) wanted.emplace_back(from.number, step.number);
    }
    std::vector<std::pair<int, int>> drawn;
    for (const auto& arrow : arrows_of(schedule, steps_of(schedule, true))) {
      if (arrow.kind != Arrow::Kind::life) drawn.emplace_back(arrow.from, arrow.to);
    }
    EXPECT_EQ(drawn, wanted) << name;
    EXPECT_FALSE(wanted.empty()) << name;
  }
}

TEST(SchedulePicture, HasALaneForEachThreadAndABoxForEachStep) {
  const auto schedule = toy_schedule("deadlock");
  const auto picture = schedule_picture(schedule, steps_of(schedule), "few");
  EXPECT_EQ(count(picture, "class=\"lane "), 4U);
  EXPECT_EQ(count(picture, "class=\"head "), 4U);
  EXPECT_EQ(count(picture, "class=\"step "), 24U);
  EXPECT_EQ(count(picture, "class=\"arrow "), 12U);
  EXPECT_EQ(count(picture, "class=\"note\""), 2U);
  EXPECT_EQ(count(picture, "class=\"stays noted\""), 2U);
  EXPECT_EQ(count(schedule_picture(schedule, steps_of(schedule, true), "all"), "class=\"step "),
            48U);
}

// T2 and T3 were started and never got to a step.
TEST(SchedulePicture, HasALaneForAThreadThatDidNothing) {
  const auto schedule = toy_schedule("race");
  const auto picture = schedule_picture(schedule, steps_of(schedule), "few");
  EXPECT_EQ(count(picture, "class=\"lane "), 4U);
}

TEST(SchedulePicture, LooksAsItDid) {
  const auto schedule = toy_schedule("race");
  expect_golden("schedule-race.svg", schedule_picture(schedule, steps_of(schedule), "few"));
}

TEST(SchedulePicture, OfNoStepsIsEmptyAndWhole) {
  const auto picture = schedule_picture({}, {}, "few");
  EXPECT_EQ(count(picture, "<svg "), count(picture, "</svg>"));
  EXPECT_EQ(count(picture, "class=\"step "), 0U);
}

TEST(SchedulePicture, EscapesWhatItDraws) {
  Schedule schedule;
  const std::string evil = "</text><script>alert('x')</script>\" onload=\"alert(1)";
  schedule.steps.push_back(
      {.number = 1,
       .thread = 0,
       .action = evil,
       .value = evil,
       .stack = {{.function = evil, .file = evil, .line = 1, .source = evil}}});
  schedule.notes.push_back({.thread = 0, .text = evil, .stack = {}});
  const auto picture = schedule_picture(schedule, steps_of(schedule), "few");
  EXPECT_EQ(picture.find("<script"), std::string::npos);
  EXPECT_EQ(picture.find("\" onload"), std::string::npos);
  EXPECT_NE(picture.find("&lt;script&gt;"), std::string::npos);
}

}  // namespace
}  // namespace promissory::grading
