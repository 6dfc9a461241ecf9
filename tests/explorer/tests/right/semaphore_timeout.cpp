// try_acquire, try_acquire_for and try_acquire_until.
#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::binary_semaphore ready(0);
  int value = 0;
  std::jthread producer([&] {
    std::this_thread::sleep_for(10ms);
    value = 7;
    ready.release();
  });
  bool is_there = ready.try_acquire() || ready.try_acquire_for(1ms);
  if (!is_there) is_there = ready.try_acquire_until(std::chrono::system_clock::now() + 2ms);
  if (!is_there) is_there = ready.try_acquire_for(1h);
  EXPECT_TRUE(is_there);
  EXPECT_EQ(value, 7);
}

const promissory::explorer::corpus::Register it{{"semaphore_timeout", body}};

}  // namespace
