// Deadlines on the system clock, without a predicate: a loop around cv_status.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  int stage = 0;
  std::jthread producer([&] {
    const std::lock_guard lock(mutex);
    stage = 1;
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  const auto deadline = std::chrono::system_clock::now() + 1h;
  while (stage == 0) {
    ASSERT_EQ(changed.wait_until(lock, deadline), std::cv_status::no_timeout);
  }
  const auto soon = std::chrono::system_clock::now() + 1ms;
  while (changed.wait_until(lock, soon) == std::cv_status::no_timeout) {
  }
  EXPECT_GE(std::chrono::system_clock::now(), soon);
}

const promissory::explorer::corpus::Register it{{"condition_wait_until_system", body}};

}  // namespace
