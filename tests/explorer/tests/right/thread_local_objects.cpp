// Each thread has its own, and they die with it, before it is joined.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

int total = 0;

struct Tally {
  int count = 0;
  std::vector<int> seen;
  ~Tally() { sum += count; }
  int& sum;
};

void body() {
  int sums[2] = {};
  const auto work = [&](int mine) {
    static thread_local Tally tally{.seen = {}, .sum = sums[mine]};
    for (int i = 0; i <= mine; ++i) {
      ++tally.count;
      tally.seen.push_back(i);
    }
  };
  {
    std::jthread first(work, 0);
    std::jthread second(work, 1);
  }
  total = sums[0] + sums[1];
  EXPECT_EQ(total, 3);
}

const promissory::explorer::corpus::Register it{{"thread_local_objects", body}};

}  // namespace
