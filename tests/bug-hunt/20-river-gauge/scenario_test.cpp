#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/20-river-gauge/river_gauge.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Gauge;
using promissory::Level;
using promissory::RiverLevel;
using promissory::support::contract;

// Calls all listeners at the same time. It keeps them to its end: what a thread lets go of would
// order it before the next that takes hold.
struct TestGauge : Gauge {
  void when_measured(std::function<void(const Level&)> listener) override {
    listeners.push_back(std::move(listener));
  }
  void measure(double metres) {
    for (const auto& listener : listeners) {
      calls.emplace_back([&listener, metres] { listener({.metres = metres, .when = {}}); });
    }
  }
  std::vector<std::function<void(const Level&)>> listeners;
  std::vector<std::jthread> calls;
};

TEST(RiverGauge, TheLevelIsWhatWasMeasured) {
  contract("Whoever waits for the level is told the level that was measured.");
  TestGauge gauge;
  const RiverLevel river(gauge);
  gauge.measure(6.5);
  EXPECT_EQ(river.level().metres, 6.5);
}

}  // namespace
