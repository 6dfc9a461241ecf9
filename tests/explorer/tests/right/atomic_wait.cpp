// atomic::wait on an int, which parks on the int itself.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> stage = 0;
  int value = 0;
  std::jthread first([&] {
    stage.wait(0);
    EXPECT_EQ(value, 7);
  });
  std::jthread second([&] {
    int seen = stage.load(std::memory_order_acquire);
    while (seen != 2) {
      stage.wait(seen);
      seen = stage.load(std::memory_order_acquire);
    }
    EXPECT_EQ(value, 7);
  });
  value = 7;
  stage = 1;
  stage.notify_all();
  stage = 2;
  stage.notify_all();
}

const promissory::explorer::corpus::Register it{{"atomic_wait", body}};

}  // namespace
