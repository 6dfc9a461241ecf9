// Property: however futures end, in whatever thread and order, every scrape adds up, the report
// holds exactly what has not ended, and at the end every outcome is counted as often as it
// happened.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <latch>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "12-leak-tracker/tracker.hpp"
#include "support/contract.hpp"
#include "support/manual_clock.hpp"
#include "support/metrics_text.hpp"

namespace {

using promissory::Future;
using promissory::Resolver;
using promissory::Tracker;
using promissory::support::contract;
using promissory::support::ManualClock;
using promissory::support::MetricsText;
using namespace std::chrono_literals;

constexpr std::array names{"user", "two\nlines", "\"orders\"\\"};
constexpr std::array endings{"resolved", "rejected", "abandoned"};

/// What one thread did, by name and ending.
using Tally = std::array<std::array<int, endings.size()>, names.size()>;

void bring_to(std::size_t ending, Resolver<int> resolver) {
  if (ending == 0) resolver.resolve(1);
  if (ending == 1) resolver.reject(std::make_exception_ptr(std::runtime_error("no route")));
}

/// Makes and ends futures at random, up to ten of them open at a time.
Tally live(Tracker& tracker, unsigned seed) {
  std::mt19937 random(seed);
  Tally tally{};
  std::vector<std::pair<std::size_t, Resolver<int>>> open;
  const auto end_one = [&] {
    auto [name, resolver] = std::move(open.back());
    open.pop_back();
    const std::size_t ending = random() % endings.size();
    bring_to(ending, std::move(resolver));
    ++tally[name][ending];
  };
  for (int step = 0; step < 300; ++step) {
    const std::size_t name = random() % names.size();
    if (open.size() < 10 && random() % 2 == 0) {
      open.emplace_back(name, tracker.make_future<int>(names[name]).second);
    } else if (!open.empty()) {
      end_one();
    }
  }
  while (!open.empty()) end_one();
  return tally;
}

void expect_sum(const MetricsText& metrics) {
  for (const char* name : names) {
    double sum = metrics.value("futures_in_flight", {{"name", name}});
    for (const char* ending : endings) {
      sum += metrics.value("futures_settled_total", {{"name", name}, {"outcome", ending}});
    }
    EXPECT_EQ(metrics.value("futures_created_total", {{"name", name}}), sum);
  }
}

TEST(MyTracker, AddsUpWhateverHappens) {
  contract("In every scrape created is settled and in flight; in the end each ending is counted.",
           "counters-that-add-up");
  ManualClock clock;
  Tracker tracker([&] {
    clock.advance(1ms);
    return clock.now();
  });
  std::vector<std::pair<Future<int>, Resolver<int>>> lasting;
  for (const char* name : names) lasting.push_back(tracker.make_future<int>(name));
  constexpr std::size_t threads = 4;
  std::array<Tally, threads> tallies{};
  std::latch start(threads + 1);
  {
    std::vector<std::jthread> lives;
    lives.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      lives.emplace_back([&, i] {
        start.arrive_and_wait();
        tallies[i] = live(tracker, static_cast<unsigned>(i));
      });
    }
    start.arrive_and_wait();
    for (int scrape = 0; scrape < 20; ++scrape) expect_sum(MetricsText(tracker.metrics()));
  }
  const MetricsText metrics(tracker.metrics());
  for (std::size_t name = 0; name < names.size(); ++name) {
    for (std::size_t ending = 0; ending < endings.size(); ++ending) {
      int expected = 0;
      for (const Tally& tally : tallies) expected += tally[name][ending];
      EXPECT_EQ(metrics.value("futures_settled_total",
                              {{"name", names[name]}, {"outcome", endings[ending]}}),
                expected);
    }
  }
  const auto report = tracker.report();
  ASSERT_EQ(report.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(report[i].name, names[i]);
}

}  // namespace
