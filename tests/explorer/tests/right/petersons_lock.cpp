// Mutual exclusion of two, by sequentially consistent loads and stores alone.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<bool> wants[2] = {false, false};
  std::atomic<int> turn = 0;
  int value = 0;
  const auto work = [&](int me) {
    wants[me] = true;
    turn = 1 - me;
    while (wants[1 - me] && turn == 1 - me) std::this_thread::yield();
    ++value;
    wants[me] = false;
  };
  {
    std::jthread other(work, 1);
    work(0);
  }
  EXPECT_EQ(value, 2);
}

const promissory::explorer::corpus::Register it{{"petersons_lock", body}};

}  // namespace
