#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/20-river-gauge/river_gauge.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Gauge;
using promissory::Level;
using promissory::RiverLevel;
using promissory::support::contract;

struct QuickGauge : Gauge {
  void when_measured(std::function<void(const Level&)> listener) override {
    calls.emplace_back([listener = std::move(listener)] { listener({.metres = 6.5, .when = {}}); });
  }
  std::vector<std::jthread> calls;
};

TEST(RiverGaugeExplored, NoOrderMissesTheLevel) {
  contract("However the listeners run, whoever waits is told what was measured.");
  EXPLORE({}) {
    QuickGauge gauge;
    const RiverLevel river(gauge);
    std::jthread other([&] { EXPECT_EQ(river.level().metres, 6.5); });
    EXPECT_EQ(river.level().metres, 6.5);
  };
}

}  // namespace
