#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <latch>
#include <locale>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "12-leak-tracker/tracker.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/manual_clock.hpp"
#include "support/metrics_text.hpp"
#include "support/threads.hpp"

namespace {

using promissory::BasicTracker;
using promissory::Future;
using promissory::Resolver;
using promissory::Result;
using promissory::Tracker;
using promissory::Unit;
using promissory::Unkept;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::HeldGate;
using promissory::support::Labels;
using promissory::support::ManualClock;
using promissory::support::MetricsText;
using promissory::support::MoveOnly;
using promissory::support::threads_of_this_process;
using namespace std::chrono_literals;

constexpr std::array outcomes{"resolved", "rejected", "abandoned"};

/// What is not written yet says so here, before another thread could need it.
void expect_written() {
  Tracker tracker;
  auto made = tracker.make_future<int>("written");
  EXPECT_TRUE(made.second.resolve(1));
  EXPECT_TRUE(tracker.report().empty());
  EXPECT_EQ(tracker.go([] { return 2; }, "written").await(), 2);
  EXPECT_FALSE(tracker.metrics().empty());
}

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

double created(const MetricsText& metrics, const std::string& name) {
  return metrics.value("futures_created_total", {{"name", name}});
}

double in_flight(const MetricsText& metrics, const std::string& name) {
  return metrics.value("futures_in_flight", {{"name", name}});
}

double settled(const MetricsText& metrics, const std::string& name, const std::string& outcome) {
  return metrics.value("futures_settled_total", {{"name", name}, {"outcome", outcome}});
}

double settled(const MetricsText& metrics, const std::string& name) {
  double sum = 0;
  for (const char* outcome : outcomes) sum += settled(metrics, name, outcome);
  return sum;
}

double bucket(const MetricsText& metrics, const std::string& name, std::string_view bound,
              const std::string& outcome = "resolved") {
  return metrics.value("future_duration_seconds_bucket",
                       {{"name", name}, {"outcome", outcome}, {"le", std::string(bound)}});
}

double duration_sum(const MetricsText& metrics, const std::string& name,
                    const std::string& outcome = "resolved") {
  return metrics.value("future_duration_seconds_sum", {{"name", name}, {"outcome", outcome}});
}

TEST(LeakTrackerHidden, WorkPointsAtItsLineToo) {
  contract("go() remembers the line that called it, and a line that is handed in goes before.",
           "where-and-how-old");
  HeldGate may_end;
  Tracker tracker;
  HeldGate over;
  const Future<Unit> future = tracker.go([&] { may_end.wait(); }, "work");
  const unsigned line = __LINE__ - 1;
  const std::source_location elsewhere = std::source_location::current();
  const auto on_behalf = tracker.make_future<int>("handed in", elsewhere);
  const std::vector<Unkept> report = tracker.report();
  ASSERT_EQ(report.size(), 2U);
  EXPECT_STREQ(report[0].where.file_name(), __FILE__);
  EXPECT_EQ(report[0].where.line(), line);
  EXPECT_STREQ(report[0].where.function_name(), elsewhere.function_name());
  EXPECT_EQ(report[1].where.line(), elsewhere.line());
  future.on_ready([&](const Result<Unit>&) { over.open(); });
  may_end.open();
  over.wait();
}

TEST(LeakTrackerHidden, CopiesTheName) {
  contract("A name is copied: what the caller does with its letters later does not matter.",
           "where-and-how-old");
  Tracker tracker;
  std::string letters = "a name that is too long for the small string that needs no memory";
  const std::string expected = letters;
  auto made = tracker.make_future<int>(letters);
  letters.assign(letters.size(), '#');
  ASSERT_EQ(tracker.report().size(), 1U);
  EXPECT_EQ(tracker.report()[0].name, expected);
  EXPECT_TRUE(made.second.resolve(1));
  EXPECT_EQ(created(MetricsText(tracker.metrics()), expected), 1);
}

TEST(LeakTrackerHidden, TheOldestComesFirst) {
  contract("The report is sorted by age, whatever the names are and whatever was settled between.",
           "where-and-how-old");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  std::vector<std::pair<Future<int>, Resolver<int>>> made;
  for (const char* name : {"z", "m", "a", "z", "k", "b", "q", "c"}) {
    made.push_back(tracker.make_future<int>(name));
    clock.advance(1s);
  }
  EXPECT_TRUE(made[1].second.resolve(1));
  EXPECT_TRUE(made[4].second.resolve(1));
  const std::vector<Unkept> report = tracker.report();
  const std::vector<std::string> expected{"z", "a", "z", "b", "q", "c"};
  ASSERT_EQ(report.size(), expected.size());
  for (std::size_t i = 0; i < report.size(); ++i) EXPECT_EQ(report[i].name, expected[i]) << i;
  for (std::size_t i = 1; i < report.size(); ++i) {
    EXPECT_GT(report[i - 1].age, report[i].age);
    EXPECT_LT(report[i - 1].id, report[i].id);
  }
  EXPECT_EQ(report.front().age, 8s);
}

TEST(LeakTrackerHidden, AsOldAsAskedIsOldEnough) {
  contract("report(age) takes what is exactly so old; report() takes what was born this moment.",
           "where-and-how-old");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  auto made = tracker.make_future<int>("user");
  EXPECT_EQ(tracker.report().size(), 1U);
  clock.advance(10ms);
  EXPECT_EQ(tracker.report(10ms).size(), 1U);
  EXPECT_TRUE(tracker.report(10ms + 1ns).empty());
  EXPECT_TRUE(made.second.resolve(1));
}

TEST(LeakTrackerHidden, KeepsNoValueAlive) {
  contract("A value dies with its last handle, whether or not anybody has asked for a report.",
           "keeps-nothing-alive");
  std::atomic<int> alive{0};
  Tracker tracker;
  {
    auto [future, resolver] = tracker.make_future<Counted>("user");
    EXPECT_TRUE(resolver.resolve(Counted(alive)));
    EXPECT_EQ(alive.load(), 1);
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(LeakTrackerHidden, AForgottenPromiseIsBrokenAllTheSame) {
  contract("Watching keeps no promise open: the last resolver breaks it, the last handle frees it.",
           "keeps-nothing-alive");
  std::atomic<int> alive{0};
  Tracker tracker;
  auto [future, resolver] = tracker.make_future<int>("user");
  future.on_ready([counted = Counted(alive)](const Result<int>&) {});
  resolver = Resolver<int>();
  EXPECT_THROW(future.await(), std::future_error);
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(tracker.report().empty());
}

TEST(LeakTrackerHidden, AFutureMayOutliveItsTracker) {
  contract("Futures of a tracker that is gone are settled as ever, and nobody asks its clock.",
           "keeps-nothing-alive");
  auto asked = std::make_unique<int>(0);
  auto tracker = std::make_unique<Tracker>([it = asked.get()] {
    ++*it;
    return std::chrono::steady_clock::time_point();
  });
  auto resolved = tracker->make_future<int>("user");
  auto dropped = tracker->make_future<int>("user");
  tracker.reset();
  const int asked_before = *asked;
  EXPECT_TRUE(resolved.second.resolve(7));
  dropped.second = Resolver<int>();
  EXPECT_EQ(*asked, asked_before);
  asked.reset();
  EXPECT_EQ(resolved.first.await(), 7);
  EXPECT_THROW(dropped.first.await(), std::future_error);
}

TEST(LeakTrackerHidden, TheClockGoesWithTheTracker) {
  contract("With the tracker goes everything that it holds, however many futures are pending.",
           "keeps-nothing-alive");
  std::atomic<int> alive{0};
  std::optional<Tracker> tracker;
  tracker.emplace([counted = Counted(alive)] { return std::chrono::steady_clock::now(); });
  auto made = tracker->make_future<int>("user");
  EXPECT_EQ(alive.load(), 1);
  tracker.reset();
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(made.second.resolve(1));
}

TEST(LeakTrackerHidden, NeedsNoThread) {
  contract("Watching a thousand futures takes no thread.", "no-watcher");
  expect_written();
  const auto before = threads_of_this_process();
  Tracker tracker;
  std::vector<std::pair<Future<int>, Resolver<int>>> made;
  made.reserve(1000);
  for (int i = 0; i < 1000; ++i) made.push_back(tracker.make_future<int>("user"));
  const auto after = threads_of_this_process();
  if (before && after) {
    EXPECT_LE(after->size(), before->size());
  }
  EXPECT_EQ(tracker.report().size(), 1000U);
  for (auto& each : made) EXPECT_TRUE(each.second.resolve(1));
}

TEST(LeakTrackerHidden, ForgottenIsAnEndingOfItsOwn) {
  contract("A broken promise counts as abandoned; any other error, of any type, as rejected.",
           "three-endings");
  Tracker tracker;
  { const auto dropped = tracker.make_future<int>("user"); }
  auto assigned = tracker.make_future<int>("user");
  assigned.second = Resolver<int>();
  const auto reject = [&](std::exception_ptr why) {
    EXPECT_TRUE(tracker.make_future<int>("user").second.reject(std::move(why)));
  };
  reject(error("no route"));
  reject(std::make_exception_ptr(std::future_error(std::future_errc::no_state)));
  reject(std::make_exception_ptr(5));
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(settled(metrics, "user", "abandoned"), 2);
  EXPECT_EQ(settled(metrics, "user", "rejected"), 3);
  EXPECT_EQ(settled(metrics, "user", "resolved"), 0);
  EXPECT_EQ(in_flight(metrics, "user"), 0);
}

TEST(LeakTrackerHidden, TheFirstOutcomeIsTheOneThatCounts) {
  contract("A future is counted once, however often somebody tries to settle it.", "three-endings");
  Tracker tracker;
  {
    auto made = tracker.make_future<int>("user");
    EXPECT_TRUE(made.second.resolve(1));
    EXPECT_FALSE(made.second.resolve(2));
    EXPECT_FALSE(made.second.reject(error("late")));
  }
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(settled(metrics, "user", "resolved"), 1);
  EXPECT_EQ(settled(metrics, "user"), 1);
}

TEST(LeakTrackerHidden, AnEndIsWrittenBeforeAnybodyHears) {
  contract("A callback of the future finds it in the counters, and may use the tracker in any way.",
           "counters-that-add-up");
  Tracker tracker;
  auto made = tracker.make_future<int>("user");
  bool was_called = false;
  made.first.on_ready([&](const Result<int>&) {
    was_called = true;
    EXPECT_TRUE(tracker.report().empty());
    EXPECT_EQ(settled(MetricsText(tracker.metrics()), "user", "resolved"), 1);
    EXPECT_TRUE(tracker.make_future<int>("nested").second.resolve(2));
  });
  EXPECT_TRUE(made.second.resolve(1));
  EXPECT_TRUE(was_called);
  EXPECT_EQ(settled(MetricsText(tracker.metrics()), "nested", "resolved"), 1);
}

TEST(LeakTrackerHidden, EveryScrapeAddsUp) {
  contract("While many threads make and settle, created is settled and in flight in every scrape.",
           "counters-that-add-up");
  expect_written();
  constexpr int threads = 6;
  constexpr int rounds = 60;
  Tracker tracker;
  EXPECT_TRUE(tracker.make_future<int>("user").second.resolve(0));
  {
    std::latch start(threads + 1);
    std::vector<std::jthread> producers;
    producers.reserve(threads);
    for (int i = 0; i < threads; ++i) {
      producers.emplace_back([&, i] {
        start.arrive_and_wait();
        for (int round = 0; round < rounds; ++round) {
          auto made = tracker.make_future<int>("user");
          if (i % 3 == 0) {
            made.second.resolve(round);
          } else if (i % 3 == 1) {
            made.second.reject(error("no route"));
          }
        }
      });
    }
    start.arrive_and_wait();
    for (int scrape = 0; scrape < 30; ++scrape) {
      const MetricsText metrics(tracker.metrics());
      ASSERT_EQ(created(metrics, "user"), settled(metrics, "user") + in_flight(metrics, "user"));
      ASSERT_LE(tracker.report().size(), static_cast<std::size_t>(threads));
    }
  }
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(created(metrics, "user"), threads * rounds + 1);
  EXPECT_EQ(settled(metrics, "user", "resolved"), 2 * rounds + 1);
  EXPECT_EQ(settled(metrics, "user", "rejected"), 2 * rounds);
  EXPECT_EQ(settled(metrics, "user", "abandoned"), 2 * rounds);
  EXPECT_EQ(in_flight(metrics, "user"), 0);
}

TEST(LeakTrackerHidden, TrackersKeepToThemselves) {
  contract("Two trackers share nothing, neither counters nor numbers.", "counters-that-add-up");
  Tracker one;
  Tracker other;
  auto made = one.make_future<int>("user");
  auto others = other.make_future<int>("orders");
  ASSERT_EQ(one.report().size(), 1U);
  ASSERT_EQ(other.report().size(), 1U);
  EXPECT_EQ(one.report()[0].id, 1U);
  EXPECT_EQ(other.report()[0].id, 1U);
  EXPECT_FALSE(MetricsText(one.metrics()).has("futures_created_total", {{"name", "orders"}}));
  EXPECT_TRUE(made.second.resolve(1));
  EXPECT_TRUE(others.second.resolve(1));
}

TEST(LeakTrackerHidden, EverySeriesBeginsAtZero) {
  contract("With the first future of a name come all of its series, at zero: no increase is lost.",
           "the-text-format");
  Tracker tracker;
  auto made = tracker.make_future<int>("user");
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(created(metrics, "user"), 1);
  EXPECT_EQ(in_flight(metrics, "user"), 1);
  for (const char* outcome : outcomes) {
    const Labels labels{{"name", "user"}, {"outcome", outcome}};
    EXPECT_EQ(metrics.value("futures_settled_total", labels), 0);
    EXPECT_EQ(metrics.value("future_duration_seconds_count", labels), 0);
    EXPECT_EQ(metrics.value("future_duration_seconds_sum", labels), 0);
    EXPECT_EQ(bucket(metrics, "user", "0.005", outcome), 0);
    EXPECT_EQ(bucket(metrics, "user", "+Inf", outcome), 0);
  }
  EXPECT_TRUE(made.second.resolve(1));
}

TEST(LeakTrackerHidden, TellsTheTypesAndKeepsMetricsTogether) {
  contract("Each metric is one block under one TYPE line, for however many names.",
           "the-text-format");
  Tracker tracker;
  EXPECT_EQ(MetricsText(tracker.metrics()).size(), 0U);
  for (const char* name : {"user", "orders", ""}) {
    EXPECT_TRUE(tracker.make_future<int>(name).second.resolve(1));
  }
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(metrics.type("futures_created_total"), "counter");
  EXPECT_EQ(metrics.type("futures_settled_total"), "counter");
  EXPECT_EQ(metrics.type("futures_in_flight"), "gauge");
  EXPECT_EQ(metrics.type("future_duration_seconds"), "histogram");
  for (const char* name : {"user", "orders", ""}) EXPECT_EQ(created(metrics, name), 1) << name;
  // Created, in flight, three outcomes, and for each of them 12 buckets, the sum and the count.
  EXPECT_EQ(metrics.size(), 3U * (1 + 1 + 3 + 3 * 14));
}

TEST(LeakTrackerHidden, AnyNameIsALabel) {
  contract("Backslashes, quotation marks and line ends in a name are escaped.", "the-text-format");
  Tracker tracker;
  const std::vector<std::string> names{"back\\slash", "\"quoted\"",   "two\nlines", "\\n",
                                       "\\\"\n\\",    "a{b=\"c\"} 1", "größer, # 7"};
  for (const std::string& name : names) {
    EXPECT_TRUE(tracker.make_future<int>(name).second.resolve(1));
  }
  const MetricsText metrics(tracker.metrics());
  for (const std::string& name : names) {
    EXPECT_EQ(created(metrics, name), 1) << name;
    EXPECT_EQ(bucket(metrics, name, "+Inf"), 1) << name;
  }
}

/// Writes 1234.5 as 1.234,5.
class Punctuation : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(LeakTrackerHidden, KnowsNoLocale) {
  contract("Numbers are written the same whatever the global locale is.", "the-text-format");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  {
    auto slow = tracker.make_future<int>("user");
    clock.advance(1'234'500ms);
    EXPECT_TRUE(slow.second.resolve(1));
  }
  for (int i = 0; i < 1999; ++i) EXPECT_TRUE(tracker.make_future<int>("user").second.resolve(1));
  const std::locale before = std::locale::global(std::locale(std::locale(), new Punctuation));
  const std::string text = tracker.metrics();
  std::locale::global(before);
  const MetricsText metrics(text);
  EXPECT_EQ(created(metrics, "user"), 2000);
  EXPECT_DOUBLE_EQ(duration_sum(metrics, "user"), 1234.5);
  EXPECT_EQ(bucket(metrics, "user", "0.005"), 1999);
}

TEST(LeakTrackerHidden, BucketsHoldAllThatIsNotLonger) {
  contract("A bucket counts all that lasted no longer than its bound, the bound included.",
           "durations");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  const auto last = [&](std::chrono::steady_clock::duration duration) {
    auto made = tracker.make_future<int>("user");
    clock.advance(duration);
    EXPECT_TRUE(made.second.resolve(1));
  };
  last(0ns);
  last(5ms);
  last(5ms + 1ns);
  last(100ms);
  last(10s);
  last(10s + 1ns);
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(bucket(metrics, "user", "0.005"), 2);
  EXPECT_EQ(bucket(metrics, "user", "0.01"), 3);
  EXPECT_EQ(bucket(metrics, "user", "0.05"), 3);
  EXPECT_EQ(bucket(metrics, "user", "0.1"), 4);
  EXPECT_EQ(bucket(metrics, "user", "5"), 4);
  EXPECT_EQ(bucket(metrics, "user", "10"), 5);
  EXPECT_EQ(bucket(metrics, "user", "+Inf"), 6);
  double below = 0;
  for (const auto& bound : promissory::duration_bounds) {
    const double count = bucket(metrics, "user", bound.le);
    EXPECT_GE(count, below) << "a bucket holds less than the one before";
    below = count;
  }
}

TEST(LeakTrackerHidden, DurationsAreSecondsOfTheirOutcome) {
  contract("Durations are summed in seconds, without loss, each outcome for itself.", "durations");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  {
    auto resolved = tracker.make_future<int>("user");
    auto rejected = tracker.make_future<int>("user");
    auto dropped = tracker.make_future<int>("user");
    clock.advance(1500us);
    EXPECT_TRUE(resolved.second.resolve(1));
    clock.advance(2s);
    EXPECT_TRUE(rejected.second.reject(error("no route")));
    clock.advance(1h);
  }
  for (int i = 0; i < 2; ++i) {
    auto made = tracker.make_future<int>("user");
    clock.advance(1us);
    EXPECT_TRUE(made.second.resolve(1));
  }
  const MetricsText metrics(tracker.metrics());
  EXPECT_NEAR(duration_sum(metrics, "user", "resolved"), 0.001502, 1e-12);
  EXPECT_NEAR(duration_sum(metrics, "user", "rejected"), 2.0015, 1e-9);
  EXPECT_NEAR(duration_sum(metrics, "user", "abandoned"), 3602.0015, 1e-9);
}

TEST(LeakTrackerHidden, WorkIsTimedFromBeforeItBegins) {
  contract("The clock of work starts when go() is called, and stops with its outcome.",
           "durations");
  ManualClock clock;
  Tracker tracker([&] { return clock.now(); });
  HeldGate may_begin;
  HeldGate over;
  const Future<Unit> future = tracker.go(
      [&] {
        may_begin.wait();
        clock.advance(3s);
        throw std::runtime_error("no route");
      },
      "work");
  clock.advance(4s);
  future.on_ready([&](const Result<Unit>&) { over.open(); });
  may_begin.open();
  over.wait();
  const MetricsText metrics(tracker.metrics());
  EXPECT_EQ(settled(metrics, "work", "rejected"), 1);
  EXPECT_DOUBLE_EQ(duration_sum(metrics, "work", "rejected"), 7.0);
}

TEST(LeakTrackerHidden, GoIsStillGo) {
  contract("go() takes whatever promissory::go() takes, and gives what that gives.",
           "what-was-never-kept");
  Tracker tracker;
  // On the heap: g++ 12 warns that one on the stack is uninitialised.
  const auto source = std::make_unique<std::stop_source>();
  source->request_stop();
  EXPECT_TRUE(tracker
                  .go([](const std::stop_token& token) { return token.stop_requested(); }, "token",
                      source->get_token())
                  .await());
  const auto moved =
      tracker.go([value = MoveOnly(3)]() mutable { return std::move(value); }, "move-only");
  EXPECT_EQ(*moved.await().value, 3);
  const auto flat = tracker.go([]() -> Result<int> { return 4; }, "result");
  EXPECT_TRUE((std::is_same_v<decltype(flat), const Future<int>>));
  EXPECT_EQ(flat.await(), 4);
  const Future<Unit> nothing = tracker.go([] {}, "void");
  EXPECT_NO_THROW(nothing.await());
  EXPECT_THROW(tracker.go([]() -> int { throw 5; }, "throws").await(), int);
}

/// Work that throws when it is moved for the n-th time.
class Stubborn {
 public:
  explicit Stubborn(int& moves_left) : moves_left_(&moves_left) {}
  Stubborn(Stubborn&& other) : moves_left_(other.moves_left_) {  // NOLINT(performance-noexcept-*)
    if (--*moves_left_ == 0) throw std::runtime_error("move");
  }
  Stubborn& operator=(Stubborn&&) = delete;
  ~Stubborn() = default;
  int operator()() const { return 7; }

 private:
  int* moves_left_;
};

TEST(LeakTrackerHidden, WorkThatCannotStartIsNotInFlight) {
  contract("When go() throws, no future is left in the report, and none in flight.",
           "three-endings");
  Tracker tracker;
  EXPECT_TRUE(tracker.make_future<int>("user").second.resolve(1));
  bool has_started = false;
  for (int moves = 1; !has_started; ++moves) {
    int moves_left = moves;
    try {
      EXPECT_EQ(tracker.go(Stubborn(moves_left), "work").await(), 7);
      has_started = true;
    } catch (const std::runtime_error&) {
      ASSERT_TRUE(tracker.report().empty()) << "thrown by move " << moves;
      const MetricsText metrics(tracker.metrics());
      if (metrics.has("futures_in_flight", {{"name", "work"}})) {
        ASSERT_EQ(in_flight(metrics, "work"), 0);
        ASSERT_EQ(created(metrics, "work"), settled(metrics, "work"));
      }
    }
  }
}

TEST(LeakTrackerHidden, BooksDoNotGrowWithWhatIsSettled) {
  contract("What is settled is counted and forgotten: the tracker itself does not leak.",
           "keeps-nothing-alive");
  Tracker tracker;
  const auto make_and_settle = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(tracker.make_future<int>("user").second.resolve(i));
      if (i % 100 == 0) {
        ASSERT_TRUE(tracker.report().empty());
      }
    }
  };
  make_and_settle(1000);
  // Under a sanitizer these are zero, both of them.
  const std::size_t before = mallinfo2().uordblks;
  make_and_settle(10'000);
  const std::size_t after = mallinfo2().uordblks;
  EXPECT_LE(after, before + 10'000) << "something stays for each future";
}

TEST(LeakTrackerHidden, OffIsOff) {
  contract("Switched off, a tracker is empty, asks no clock, and makes the same futures.",
           "free-when-off");
  bool was_asked = false;
  BasicTracker<false> tracker([&] {
    was_asked = true;
    return std::chrono::steady_clock::now();
  });
  std::atomic<int> alive{0};
  {
    auto [future, resolver] = tracker.make_future<Counted>("user");
    EXPECT_EQ(tracker.report(0s).size(), 0U);
    EXPECT_TRUE(resolver.resolve(Counted(alive)));
  }
  EXPECT_EQ(alive.load(), 0);
  EXPECT_THROW(tracker.go([]() -> int { throw std::runtime_error("no route"); }, "work").await(),
               std::runtime_error);
  EXPECT_EQ(tracker.metrics(), "");
  EXPECT_FALSE(was_asked);
  EXPECT_TRUE(std::is_empty_v<BasicTracker<false>>);
  EXPECT_FALSE(std::is_empty_v<BasicTracker<true>>);
  EXPECT_TRUE((std::is_same_v<Tracker, BasicTracker<true>>));
}

}  // namespace
