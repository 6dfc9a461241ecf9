// Compiler Explorer's stand-in for tests/support/crowd.hpp, on top of the other stand-ins.
#pragma once

#include <atomic>
#include <thread>

#include "support/quiet.hpp"

namespace promissory::support {

class Crowd {
 public:
  void arriving() { arrived_.fetch_add(1, std::memory_order_relaxed); }

  void wait_until_parked(int count) const {
    while (arrived_.load(std::memory_order_relaxed) < count) std::this_thread::yield();
    wait_until_quiet();
  }

 private:
  std::atomic<int> arrived_{0};
};

}  // namespace promissory::support
