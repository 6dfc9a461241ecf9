#include "showing/schedule_page.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "running/process.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

Schedule toy_schedule(const std::string& name) {
  return read_schedule(read_file(toys() / "schedules" / (name + ".json"))).value();
}

std::string page_of(const std::vector<Schedule>& schedules) {
  return schedule_page({.root = "/workbook", .exercises = {}}, "promissory explore 04", schedules);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(SchedulePage, SaysWhatHappenedWhereAndHowToSeeItAgain) {
  const auto page = page_of({toy_schedule("deadlock")});
  for (const auto* text :
       {"<h1>OncePromiseExplored.EveryAwaiterIsWoken</h1>", ">deadlock</b>",
        "Nobody can go on: 2 threads wait for each other or for ever.",
        "waits on condition variable C1",
        "exercises/04-once-promise/promise.hpp:53</span> <code>if (!settled_.wait(lock, token,",
        "all steps <span class=\"quiet\">(24 more",
        "<code>promissory explore 04 --test OncePromiseExplored.EveryAwaiterIsWoken --seed "
        "mix:1:5</code>",
        "woken by step 20"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(page.find("/workbook/"), std::string::npos);
}

TEST(SchedulePage, HasEveryStepAsText) {
  const auto page = page_of({toy_schedule("deadlock")});
  EXPECT_EQ(count(page, "<li id=\"step-0-"), 48U);
  EXPECT_EQ(count(page, "<li id=\"step-0-26\">"), 1U);
  EXPECT_EQ(count(page, "\" class=\"minor\">"), 24U);
}

TEST(SchedulePage, GivesEverySectionIdsOfItsOwn) {
  const auto page = page_of({toy_schedule("deadlock"), toy_schedule("race")});
  static const std::regex id("id=\"([^\"]*)\"");
  std::set<std::string> ids;
  std::size_t all = 0;
  for (auto it = std::sregex_iterator(page.begin(), page.end(), id); it != std::sregex_iterator();
       ++it) {
    ids.insert(it->str(1));
    ++all;
  }
  EXPECT_EQ(ids.size(), all);
  EXPECT_EQ(count(page, "<section "), 2U);
  EXPECT_NE(page.find("<title>2 schedules</title>"), std::string::npos);
}

TEST(SchedulePage, NeedsNothingFromElsewhere) {
  const auto page = page_of({toy_schedule("race")});
  for (const auto* part : {"http:", "https:", "src=", "@import", "url(h", "<link rel=\"style"}) {
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  }
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(SchedulePage, EscapesWhatItShows) {
  const std::string evil = "</code><script>alert('x')</script><img src=x onerror=\"alert(1)\">";
  Schedule schedule{.test = evil,
                    .kind = evil,
                    .summary = evil,
                    .replay = evil,
                    .notes = {{.thread = -1, .text = evil, .stack = {}}},
                    .steps = {}};
  const SourcePlace place{.function = evil, .file = evil, .line = 1, .source = evil};
  schedule.notes[0].stack.push_back(place);
  schedule.steps.push_back(
      {.number = 1, .thread = 0, .action = evil, .value = evil, .stack = {place, place}});
  const auto page = page_of({schedule});
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(count(page, "<script>"), 1U);
}

TEST(SchedulePage, OfAVeryLongScheduleDrawsItsEnd) {
  Schedule schedule;
  for (int i = 1; i <= 20'000; ++i) {
    schedule.steps.push_back({.number = i, .thread = i % 3, .action = "lock M1", .stack = {}});
  }
  const auto page = page_of({schedule});
  EXPECT_NE(page.find("Only the last 1500 steps are drawn, 18500 before them are not."),
            std::string::npos);
  EXPECT_NE(page.find("data-step=\"20000\""), std::string::npos);
  EXPECT_LT(page.size(), std::size_t{4} << 20);
}

void try_in_a_browser(const std::string& name, int threads, int arrows) {
  const auto page = fs::path(PROMISSORY_TEST_WORK) / ("schedule-" + name + ".html");
  write_file(page, page_of({toy_schedule(name), toy_schedule("race")}));
  const auto tried =
      run({.argv = {PROMISSORY_TEST_PYTHON,
                    (toys().parent_path() / "showing/schedule_page_browser.py").string(),
                    page.string(), std::to_string(threads), std::to_string(arrows)}});
  if (tried.exit_code == 77) GTEST_SKIP() << tried.out;
  EXPECT_EQ(tried.exit_code, 0) << tried.out << tried.err;
}

TEST(SchedulePageInABrowser, OfADeadlock) {
  try_in_a_browser("deadlock", 4, 12);
}

TEST(SchedulePageInABrowser, OfARace) {
  try_in_a_browser("race", 4, 2);
}

}  // namespace
}  // namespace promissory::grading
