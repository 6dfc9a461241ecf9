// A clock that stands still until a test moves it.
#pragma once

#include <atomic>
#include <chrono>

namespace promissory::support {

/// Thread-safe, and relaxed, so that it orders nothing and hides no race from TSan.
class ManualClock {
 public:
  using Clock = std::chrono::steady_clock;

  Clock::time_point now() const {
    return Clock::time_point(Clock::duration(ticks_.load(std::memory_order_relaxed)));
  }

  void advance(Clock::duration by) { ticks_.fetch_add(by.count(), std::memory_order_relaxed); }

 private:
  std::atomic<Clock::rep> ticks_{Clock::duration(std::chrono::hours(1000)).count()};
};

}  // namespace promissory::support
