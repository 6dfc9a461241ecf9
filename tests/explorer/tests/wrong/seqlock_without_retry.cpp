// The reader of a sequence lock does not look at the sequence again.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<unsigned> sequence = 0;
  std::atomic<int> left = 0;
  std::atomic<int> right = 0;
  std::jthread writer([&] {
    ++sequence;
    left = 1;
    right = 1;
    ++sequence;
  });
  if (sequence % 2 == 0) {
    EXPECT_EQ(left, right);
  }
}

const promissory::explorer::corpus::Register it{{"seqlock_without_retry", body, "expectation"}};

}  // namespace
