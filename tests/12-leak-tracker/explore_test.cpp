#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "12-leak-tracker/tracker.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/manual_clock.hpp"
#include "support/metrics_text.hpp"

namespace {

using promissory::Future;
using promissory::Tracker;
using promissory::Unkept;
using promissory::support::contract;
using promissory::support::ManualClock;
using promissory::support::MetricsText;
using namespace std::chrono_literals;

/// The sum over the three outcomes.
double settled(const MetricsText& metrics, const std::string& name) {
  double sum = 0;
  for (const char* outcome : {"resolved", "rejected", "abandoned"}) {
    sum += metrics.value("futures_settled_total", {{"name", name}, {"outcome", outcome}});
  }
  return sum;
}

TEST(LeakTrackerExplored, TwoThreadsMayMeetANewName) {
  contract("Futures that are made and settled at the same time are all counted.",
           "counters-that-add-up");
  EXPLORE({}) {
    Tracker tracker;
    ASSERT_TRUE(tracker.report().empty());
    const auto make_and_settle = [&] { tracker.make_future<int>("user").second.resolve(1); };
    {
      std::jthread first(make_and_settle);
      std::jthread second(make_and_settle);
    }
    const MetricsText metrics(tracker.metrics());
    EXPECT_EQ(metrics.value("futures_created_total", {{"name", "user"}}), 2);
    EXPECT_EQ(settled(metrics, "user"), 2);
    EXPECT_EQ(metrics.value("futures_in_flight", {{"name", "user"}}), 0);
  };
}

TEST(LeakTrackerExplored, EveryScrapeAddsUp) {
  contract("In every scrape, what was created is what was settled and what is in flight.",
           "counters-that-add-up");
  EXPLORE({}) {
    Tracker tracker;
    auto made = tracker.make_future<int>("user");
    std::jthread producer([&] {
      made.second.resolve(1);
      tracker.make_future<int>("user").second.resolve(2);
    });
    const MetricsText metrics(tracker.metrics());
    EXPECT_EQ(metrics.value("futures_created_total", {{"name", "user"}}),
              settled(metrics, "user") + metrics.value("futures_in_flight", {{"name", "user"}}));
  };
}

TEST(LeakTrackerExplored, AReportMayMeetAnEnd) {
  contract("report() may be called while futures come and go; what is settled is not in it.",
           "what-was-never-kept");
  EXPLORE({}) {
    Tracker tracker;
    auto made = tracker.make_future<int>("user");
    std::atomic<bool> is_over{false};
    std::jthread producer([&] {
      made.second.resolve(1);
      is_over = true;
    });
    const bool was_over = is_over;
    const std::vector<Unkept> report = tracker.report();
    EXPECT_LE(report.size(), was_over ? 0U : 1U);
    if (!report.empty()) {
      EXPECT_EQ(report[0].name, "user");
    }
  };
}

TEST(LeakTrackerExplored, TheTrackerMayGoWhileItsFuturesAreSettled) {
  contract("When the tracker's destructor has returned, its clock is not asked any more.",
           "keeps-nothing-alive");
  EXPLORE({}) {
    auto clock = std::make_unique<ManualClock>();
    auto tracker = std::make_unique<Tracker>([it = clock.get()] { return it->now(); });
    auto made = tracker->make_future<int>("user");
    std::jthread producer(
        [resolver = std::move(made.second)]() mutable { EXPECT_TRUE(resolver.resolve(7)); });
    tracker.reset();
    clock.reset();
    EXPECT_EQ(made.first.await(), 7);
  };
}

TEST(LeakTrackerExplored, WorkIsInTheBooksBeforeItBegins) {
  contract("Work that looks into the report finds itself there.", "what-was-never-kept");
  EXPLORE({.schedules = 500}) {
    Tracker tracker;
    const Future<std::size_t> future = tracker.go([&] { return tracker.report().size(); }, "work");
    EXPECT_EQ(future.await(), 1U);
  };
}

TEST(LeakTrackerExplored, OneOfTwoEndsIsCounted) {
  contract("A future that is resolved and rejected at once has one outcome, which is counted once.",
           "three-endings");
  EXPLORE({}) {
    Tracker tracker;
    auto made = tracker.make_future<int>("user");
    bool was_resolved = false;
    {
      std::jthread resolving([&] { was_resolved = made.second.resolve(1); });
      made.second.reject(std::make_exception_ptr(std::runtime_error("no route")));
    }
    const MetricsText metrics(tracker.metrics());
    const char* outcome = was_resolved ? "resolved" : "rejected";
    EXPECT_EQ(settled(metrics, "user"), 1);
    EXPECT_EQ(metrics.value("futures_settled_total", {{"name", "user"}, {"outcome", outcome}}), 1);
  };
}

TEST(LeakTrackerExplored, TheOldestComesFirstWhoeverMadeIt) {
  contract("The report is in the order of age, also when two threads make futures at once.",
           "where-and-how-old");
  EXPLORE({}) {
    ManualClock clock;
    Tracker tracker([&] {
      clock.advance(1ms);
      return clock.now();
    });
    ASSERT_TRUE(tracker.report().empty());
    std::vector<std::pair<Future<int>, promissory::Resolver<int>>> made(2);
    {
      std::jthread first([&] { made[0] = tracker.make_future<int>("first"); });
      std::jthread second([&] { made[1] = tracker.make_future<int>("second"); });
    }
    const std::vector<Unkept> report = tracker.report();
    ASSERT_EQ(report.size(), 2U);
    EXPECT_GT(report[0].age, report[1].age);
    EXPECT_LT(report[0].id, report[1].id);
  };
}

}  // namespace
