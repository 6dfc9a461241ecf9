// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "12-leak-tracker/tracker.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/manual_clock.hpp"
#include "support/metrics_text.hpp"

namespace {

using promissory::BasicTracker;
using promissory::Future;
using promissory::Resolver;
using promissory::Result;
using promissory::Tracker;
using promissory::Unkept;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::ManualClock;
using promissory::support::MetricsText;
using namespace std::chrono_literals;

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

TEST(LeakTracker, MakesFuturesThatWork) {
  contract("A watched future is a future like another.", "what-was-never-kept");
  Tracker tracker;
  auto [future, resolver] = tracker.make_future<std::string>("answer");
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(resolver.resolve("seven"));
  EXPECT_EQ(future.await(), "seven");
}

TEST(LeakTracker, ReportsWhatHasNoOutcome) {
  contract("report() names the futures that have no outcome yet, the oldest first.",
           "what-was-never-kept");
  Tracker tracker;
  auto first = tracker.make_future<int>("first");
  auto second = tracker.make_future<std::string>("second");
  const std::vector<Unkept> report = tracker.report();
  ASSERT_EQ(report.size(), 2U);
  EXPECT_EQ(report[0].name, "first");
  EXPECT_EQ(report[1].name, "second");
  EXPECT_NE(report[0].id, report[1].id);
  EXPECT_TRUE(first.second.resolve(1));
  EXPECT_TRUE(second.second.resolve("two"));
}

TEST(LeakTracker, ForgetsWhatHasAnOutcome) {
  contract("A future leaves the report when it is resolved, rejected, or forgotten.",
           "what-was-never-kept");
  Tracker tracker;
  auto resolved = tracker.make_future<int>("resolved");
  auto rejected = tracker.make_future<int>("rejected");
  auto dropped = tracker.make_future<int>("dropped");
  EXPECT_EQ(tracker.report().size(), 3U);
  EXPECT_TRUE(resolved.second.resolve(1));
  EXPECT_EQ(tracker.report().size(), 2U);
  EXPECT_TRUE(rejected.second.reject(error("no route")));
  EXPECT_EQ(tracker.report().size(), 1U);
  { const Resolver<int> forgotten = std::move(dropped.second); }
  EXPECT_TRUE(tracker.report().empty());
}

TEST(LeakTracker, SaysWhoAsked) {
  contract("The report points at the line that asked for the future.", "where-and-how-old");
  Tracker tracker;
  auto made = tracker.make_future<int>("here");
  const unsigned line = __LINE__ - 1;
  const std::vector<Unkept> report = tracker.report();
  ASSERT_EQ(report.size(), 1U);
  EXPECT_STREQ(report[0].where.file_name(), __FILE__);
  EXPECT_EQ(report[0].where.line(), line);
  EXPECT_TRUE(made.second.resolve(1));
}

TEST(LeakTracker, SaysHowOld) {
  contract(
      "An age is what the tracker's clock says; report() leaves out what is younger than asked.",
      "where-and-how-old");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  auto old = tracker.make_future<int>("old");
  clock.advance(2s);
  auto young = tracker.make_future<int>("young");
  clock.advance(1s);
  const std::vector<Unkept> all = tracker.report();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].age, 3s);
  EXPECT_EQ(all[1].age, 1s);
  const std::vector<Unkept> suspicious = tracker.report(2s);
  ASSERT_EQ(suspicious.size(), 1U);
  EXPECT_EQ(suspicious[0].name, "old");
  EXPECT_TRUE(old.second.resolve(1));
  EXPECT_TRUE(young.second.resolve(1));
}

TEST(LeakTracker, WatchesWorkToo) {
  contract("go() starts work like promissory::go() and reports it as long as it runs.",
           "what-was-never-kept");
  Gate may_end;
  Tracker tracker;
  const Future<int> future = tracker.go(
      [&] {
        may_end.wait();
        return 7;
      },
      "work");
  EXPECT_EQ(tracker.report().size(), 1U);
  Gate over;
  future.on_ready([&](const Result<int>&) { over.open(); });
  may_end.open();
  over.wait();
  EXPECT_EQ(future.await(), 7);
  EXPECT_TRUE(tracker.report().empty());
}

TEST(LeakTracker, CountsByNameAndOutcome) {
  contract("metrics() counts what was made, what became of it, and what is in flight, by name.",
           "counters-that-add-up");
  Tracker tracker;
  auto kept = tracker.make_future<int>("user");
  auto failed = tracker.make_future<int>("user");
  auto dropped = tracker.make_future<int>("user");
  auto pending = tracker.make_future<int>("user");
  auto other = tracker.make_future<int>("orders");
  EXPECT_TRUE(kept.second.resolve(1));
  EXPECT_TRUE(failed.second.reject(error("no route")));
  dropped.second = Resolver<int>();
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(metrics.value("futures_created_total", {{"name", "user"}}), 4);
  EXPECT_EQ(metrics.value("futures_created_total", {{"name", "orders"}}), 1);
  EXPECT_EQ(metrics.value("futures_in_flight", {{"name", "user"}}), 1);
  EXPECT_EQ(metrics.value("futures_in_flight", {{"name", "orders"}}), 1);
  for (const char* outcome : {"resolved", "rejected", "abandoned"}) {
    EXPECT_EQ(metrics.value("futures_settled_total", {{"name", "user"}, {"outcome", outcome}}), 1)
        << outcome;
  }
  EXPECT_TRUE(pending.second.resolve(1));
  EXPECT_TRUE(other.second.resolve(1));
}

TEST(LeakTracker, MeasuresHowLongItTook) {
  contract(
      "A histogram tells, in seconds, how long futures took from their making to their outcome.",
      "durations");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  auto made = tracker.make_future<int>("user");
  clock.advance(300ms);
  EXPECT_TRUE(made.second.resolve(1));
  const MetricsText metrics(tracker.metrics());
  const auto bucket = [&](const char* bound) {
    return metrics.value("future_duration_seconds_bucket",
                         {{"name", "user"}, {"outcome", "resolved"}, {"le", bound}});
  };
  EXPECT_EQ(bucket("0.25"), 0);
  EXPECT_EQ(bucket("0.5"), 1);
  EXPECT_EQ(bucket("10"), 1);
  EXPECT_EQ(bucket("+Inf"), 1);
  EXPECT_DOUBLE_EQ(
      metrics.value("future_duration_seconds_sum", {{"name", "user"}, {"outcome", "resolved"}}),
      0.3);
  EXPECT_EQ(
      metrics.value("future_duration_seconds_count", {{"name", "user"}, {"outcome", "resolved"}}),
      1);
}

TEST(LeakTracker, CanBeSwitchedOff) {
  contract("The tracker that watches nothing is an empty class with the same interface.",
           "free-when-off");
  BasicTracker<false> tracker;
  auto [future, resolver] = tracker.make_future<int>("answer");
  EXPECT_TRUE(tracker.report().empty());
  EXPECT_TRUE(resolver.resolve(7));
  EXPECT_EQ(future.await(), 7);
  EXPECT_EQ(tracker.go([] { return 8; }, "work").await(), 8);
  EXPECT_EQ(tracker.metrics(), "");
  EXPECT_TRUE(std::is_empty_v<BasicTracker<false>>);
}

}  // namespace
