// A wait with a predicate and a timeout: either what it waited for is there or the time is over.
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
  bool is_ready = false;
  std::jthread producer([&] {
    std::this_thread::sleep_for(10ms);
    {
      const std::lock_guard lock(mutex);
      is_ready = true;
    }
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  const auto start = std::chrono::steady_clock::now();
  if (!changed.wait_for(lock, 5ms, [&] { return is_ready; })) {
    EXPECT_GE(std::chrono::steady_clock::now() - start, 5ms);
  }
  EXPECT_TRUE(changed.wait_for(lock, 1h, [&] { return is_ready; }));
}

const promissory::explorer::corpus::Register it{{"condition_wait_for", body}};

}  // namespace
