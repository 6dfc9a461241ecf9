// A spin that lets nobody run; on one core it lives by preemption.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> tickets = 0;
  std::atomic<int> served = 0;
  int value = 0;
  const auto add = [&] {
    const int mine = tickets.fetch_add(1, std::memory_order_relaxed);
    while (served.load(std::memory_order_acquire) != mine) {
    }
    ++value;
    served.store(mine + 1, std::memory_order_release);
  };
  {
    std::jthread first(add);
    std::jthread second(add);
    add();
  }
  EXPECT_EQ(value, 3);
}

const promissory::explorer::corpus::Register it{{"busy_spin", body}};

}  // namespace
