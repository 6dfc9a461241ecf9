// Compiler Explorer's stand-in for tests/support/crowd.hpp, which needs half of tests/support.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace promissory::support {

class Crowd {
 public:
  void arriving() { arrived_.fetch_add(1, std::memory_order_relaxed); }

  // It does not look into /proc, so it cannot know: it gives them time.
  void wait_until_parked(int count) const {
    while (arrived_.load(std::memory_order_relaxed) < count) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }

 private:
  std::atomic<int> arrived_{0};
};

}  // namespace promissory::support
