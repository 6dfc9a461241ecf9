// Taken twice by one thread, and given up by another that waits for a moment only.
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::recursive_timed_mutex mutex;
  int value = 0;
  std::jthread owner([&] {
    const std::lock_guard outer(mutex);
    const std::unique_lock inner(mutex, 1ms);
    EXPECT_TRUE(inner.owns_lock());
    std::this_thread::sleep_for(5ms);
    ++value;
  });
  if (mutex.try_lock_for(1ms)) {
    ++value;
    mutex.unlock();
  }
  if (mutex.try_lock_until(std::chrono::system_clock::now() + 1h)) {
    EXPECT_GE(value, 0);
    mutex.unlock();
  }
}

const promissory::explorer::corpus::Register it{{"recursive_timed_mutex", body}};

}  // namespace
