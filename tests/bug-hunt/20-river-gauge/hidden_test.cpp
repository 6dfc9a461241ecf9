#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/20-river-gauge/river_gauge.hpp"
#include "support/contract.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Gauge;
using promissory::Level;
using promissory::RiverLevel;
using promissory::support::contract;
using promissory::support::wait_until_quiet;

// Measures when it is told to; calls the listeners in the order in which they came, or the last of
// them first, one after the other has ended.
struct TestGauge : Gauge {
  void when_measured(std::function<void(const Level&)> listener) override {
    listeners.push_back(std::move(listener));
  }
  void measure(double metres, bool last_first = false) {
    auto order = std::exchange(listeners, {});
    if (last_first) order = {order.rbegin(), order.rend()};
    for (const auto& listener : order) {
      const std::jthread call([&] { listener({.metres = metres, .when = {}}); });
      wait_until_quiet();
    }
  }
  std::vector<std::function<void(const Level&)>> listeners;
};

// Calls each listener at once, and all at the same time.
struct QuickGauge : Gauge {
  void when_measured(std::function<void(const Level&)> listener) override {
    calls.emplace_back([listener = std::move(listener)] { listener({.metres = 4.5, .when = {}}); });
  }
  std::vector<std::jthread> calls;
};

TEST(RiverGaugeHidden, TheLevelIsKept) {
  contract("The level can be asked for again, by as many as like.");
  TestGauge gauge;
  const RiverLevel river(gauge);
  gauge.measure(3.25);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(river.level().metres, 3.25);
  EXPECT_TRUE(river.must_close(3));
  EXPECT_FALSE(river.must_close(4));
  EXPECT_THROW(river.must_close(0), std::invalid_argument);
}

TEST(RiverGaugeHidden, NobodyIsToldALevelThatWasNotMeasured) {
  contract("In whatever order the gauge calls, whoever waits is told what was measured.");
  for (const bool last_first : {false, true}) {
    TestGauge gauge;
    const RiverLevel river(gauge);
    std::atomic<int> told{0};
    std::vector<std::jthread> waiting;
    for (int i = 0; i < 3; ++i) {
      waiting.emplace_back([&] {
        EXPECT_EQ(river.level().metres, 7.5);
        ++told;
      });
    }
    wait_until_quiet();
    EXPECT_EQ(told, 0);
    gauge.measure(7.5, last_first);
    waiting.clear();
    EXPECT_EQ(told, 3);
  }
}

TEST(RiverGaugeHidden, ManyRiversAtOnce) {
  contract("Each of many rivers has the level that its gauge has measured.");
  for (int i = 0; i < 20; ++i) {
    QuickGauge gauge;
    const RiverLevel river(gauge);
    EXPECT_EQ(river.level().metres, 4.5);
  }
}

TEST(RiverGaugeHidden, ARiverMayGoBeforeItsGaugeHasMeasured) {
  contract("A gauge that measures for nobody any more harms nobody.");
  TestGauge gauge;
  { const RiverLevel river(gauge); }
  gauge.measure(2);
}

}  // namespace
