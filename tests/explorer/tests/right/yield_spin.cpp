// A spin that lets others run.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> stage = 0;
  int value = 0;
  std::jthread other([&] {
    while (stage.load(std::memory_order_acquire) != 1) std::this_thread::yield();
    ++value;
    stage.store(2, std::memory_order_release);
  });
  ++value;
  stage.store(1, std::memory_order_release);
  while (stage.load(std::memory_order_acquire) != 2) std::this_thread::yield();
  EXPECT_EQ(value, 2);
}

const promissory::explorer::corpus::Register it{{"yield_spin", body}};

}  // namespace
