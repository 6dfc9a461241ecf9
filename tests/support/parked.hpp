// Wait until another thread has gone to sleep in the kernel, so that a test can act on sleepers.
#pragma once

#include <sys/types.h>

#include <atomic>

namespace promissory::support {

/// Tells a test when one thread is parked (asleep in the kernel). It only forces an order: right
/// code passes whether or not the thread really was asleep, so it may give up after `patience`.
class ParkingSpot {
 public:
  /// The thread to be watched calls this just before the call that is expected to block.
  void arriving();

  /// Returns once the thread has called arriving() and sleeps, or has ended, or a second has passed
  /// since arriving(). Blocks until arriving() is called.
  void wait_until_parked() const;

 private:
  std::atomic<pid_t> thread_{0};
};

}  // namespace promissory::support
