// Wait until many threads sleep at the same time, so that a test can act on all of them at once.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>

namespace promissory::support {

/// Tells a test when threads are parked (asleep in the kernel), all at one moment: then none of
/// them is on its way, or holds for a moment what another one waits for. A ParkingSpot only forces
/// an order and loses patience; a Crowd has no limit of its own (the watchdog has), so what
/// comes after it may rely on it.
///
/// Everything is relaxed: it orders nothing and hides no race from TSan.
class Crowd {
 public:
  static constexpr int capacity = 1024;

  /// Each thread calls this just before the call that is expected to block.
  void arriving();

  /// Returns once `count` threads have called arriving() and each of these sleeps or has ended.
  void wait_until_parked(int count) const;

 private:
  std::atomic<int> arrived_{0};
  std::array<std::atomic<pid_t>, capacity> threads_{};
};

}  // namespace promissory::support
