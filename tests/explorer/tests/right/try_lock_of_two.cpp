// std::try_lock says which of them it did not get, and keeps none.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex left;
  std::mutex right;
  int both = 0;
  std::jthread other([&] { const std::lock_guard lock(right); });
  const int failed = std::try_lock(left, right);
  if (failed < 0) {
    ++both;
    left.unlock();
    right.unlock();
  }
  EXPECT_TRUE(failed == -1 || failed == 1);
  EXPECT_TRUE(left.try_lock());
  left.unlock();
}

const promissory::explorer::corpus::Register it{{"try_lock_of_two", body}};

}  // namespace
