#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include "01-one-shot-promise/one_shot.hpp"
#include "support/gate.hpp"

namespace {

using promissory::get_within;
using promissory::run_async;
using promissory::support::Gate;
using namespace std::chrono_literals;

struct HeldGate {
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  ~HeldGate() { gate->open(); }
};

// The property: whatever becomes of the other futures, one that is kept delivers its own outcome.
// Every third future is dropped while its work still runs, and the outcome takes turns between a
// value, a std::exception and something else.
TEST(MyOneShotPromise, AKeptFutureDeliversItsOwnOutcomeWhateverHappensToTheOthers) {
  constexpr int per_round = 9;
  for (int round = 0; round < 50; ++round) {
    HeldGate held;
    std::vector<std::future<int>> futures;
    for (int i = 0; i < per_round; ++i) {
      futures.push_back(run_async([i, gate = held.gate] {
        gate->wait();
        if (i / 3 == 1) throw std::runtime_error("refused");
        if (i / 3 == 2) throw i;
        return i;
      }));
    }
    for (int i = 0; i < per_round; i += 3) futures[i] = {};
    for (int i = 0; i < per_round; ++i) {
      if (i % 3 == 0) continue;
      ASSERT_FALSE(get_within(futures[i], 0ms).has_value());
    }
    held.gate->open();
    for (int i = 0; i < per_round; ++i) {
      if (i % 3 == 0) continue;
      switch (i / 3) {
        case 0:
          ASSERT_EQ(get_within(futures[i], 1h), i);
          break;
        case 1:
          ASSERT_THROW(get_within(futures[i], 1h), std::runtime_error);
          break;
        default:
          ASSERT_THROW(get_within(futures[i], 1h), int);
      }
      ASSERT_THROW(get_within(futures[i], 1h), std::future_error);
    }
  }
}

}  // namespace
