// Compiler Explorer's stand-in for tests/support/parked.hpp, which needs half of tests/support.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace promissory::support {

class ParkingSpot {
 public:
  void arriving() { arrived_.store(true, std::memory_order_relaxed); }

  // It does not look into /proc. Right code passes whether or not the thread sleeps by then.
  void wait_until_parked() const {
    while (!arrived_.load(std::memory_order_relaxed)) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

 private:
  std::atomic<bool> arrived_{false};
};

}  // namespace promissory::support
