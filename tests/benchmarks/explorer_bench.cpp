// What the explorer costs, in CPU time of this process and its children. Built in the explore
// flavour, because what it measures is; so not with Google Benchmark, which does not count
// children.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <mutex>
#include <thread>

#include "04-once-promise/promise.hpp"
#include "explorer/explorer.hpp"
#include "explorer/tests/detection/cpu_time.hpp"

namespace {

using promissory::explorer::cpu_seconds;
using promissory::explorer::explore;
using promissory::explorer::Result;
using promissory::explorer::Strategy;

struct Cost {
  double milliseconds_a_schedule;
  double steps_a_schedule;
};

/// The median of five.
Cost cost_of(int schedules, Strategy strategy, const std::function<void()>& body) {
  std::array<Cost, 5> costs{};
  for (Cost& cost : costs) {
    const double before = cpu_seconds();
    const Result result =
        explore({.schedules = schedules, .strategy = strategy, .max_steps = 200'000}, body);
    const double spent = cpu_seconds() - before;
    if (result.failure) std::printf("%s", result.failure->text.c_str());
    cost = {spent * 1e3 / result.schedules, static_cast<double>(result.steps) / result.schedules};
  }
  std::sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) {
    return a.milliseconds_a_schedule < b.milliseconds_a_schedule;
  });
  return costs[costs.size() / 2];
}

void once_promise() {
  promissory::Promise<int> promise;
  const auto await = [&] { promise.await(); };
  std::jthread first(await);
  std::jthread second(await);
  std::jthread third(await);
  promise.resolve(7);
}

template <int count>
void lonely_atomics() {
  std::atomic<int> number{0};
  for (int i = 0; i < count; ++i) number.fetch_add(1);
}

template <int count>
void lonely_locks() {
  std::mutex mutex;
  for (int i = 0; i < count; ++i) const std::lock_guard lock(mutex);
}

/// Microseconds for each of the points that the longer body has more than the shorter one.
double cost_of_a_point(void (*few)(), void (*many)()) {
  const Cost less = cost_of(200, Strategy::random, few);
  const Cost more = cost_of(200, Strategy::random, many);
  return (more.milliseconds_a_schedule - less.milliseconds_a_schedule) * 1e3 /
         (more.steps_a_schedule - less.steps_a_schedule);
}

// The explore flavour has a main() of its own.
TEST(Explorer, Costs) {
  const Cost promise = cost_of(2000, Strategy::mix, once_promise);
  std::printf("explorer, once-promise with 3 awaiters  %6.3f ms CPU a schedule, %.0f steps\n",
              promise.milliseconds_a_schedule, promise.steps_a_schedule);
  std::printf("explorer, an atomic without a switch    %6.3f us CPU a point\n",
              cost_of_a_point(lonely_atomics<100>, lonely_atomics<20'100>));
  std::printf("explorer, a lock without a switch       %6.3f us CPU a point\n",
              cost_of_a_point(lonely_locks<100>, lonely_locks<10'100>));
}

}  // namespace
