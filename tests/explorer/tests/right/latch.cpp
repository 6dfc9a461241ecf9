// All begin together, and the results are read when all are done.
#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::latch begin(1);
  std::latch done(3);
  int results[3] = {};
  int input = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      begin.wait();
      results[i] = input * i;
      done.count_down();
    });
  }
  input = 5;
  begin.count_down();
  done.wait();
  EXPECT_EQ(results[1] + results[2], 15);
}

const promissory::explorer::corpus::Register it{{"latch", body}};

}  // namespace
