// Rounds: what was written before the barrier is read after it, and the completion runs between.
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int cells[2] = {1, 1};
  int rounds = 0;
  const auto completion = [&]() noexcept { ++rounds; };
  std::barrier barrier(2, completion);
  const auto work = [&](int mine) {
    for (int i = 0; i < 3; ++i) {
      const int sum = cells[0] + cells[1];
      barrier.arrive_and_wait();
      cells[mine] = sum;
      barrier.arrive_and_wait();
    }
  };
  {
    std::jthread first(work, 0);
    std::jthread second(work, 1);
  }
  EXPECT_EQ(cells[0], 8);
  EXPECT_EQ(rounds, 6);
}

const promissory::explorer::corpus::Register it{{"barrier", body}};

}  // namespace
