// What a thread wrote may be read by whoever joined it.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  int squares[3] = {};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&squares, i] { squares[i] = i * i; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(squares[0] + squares[1] + squares[2], 5);
}

const promissory::explorer::corpus::Register it{{"threads_join", body}};

}  // namespace
