// A reader and a writer that wait for a limited time.
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::shared_timed_mutex mutex;
  int value = 0;
  std::jthread slow_writer([&] {
    const std::unique_lock lock(mutex);
    std::this_thread::sleep_for(10ms);
    value = 1;
  });
  std::jthread hasty_writer([&] {
    const std::unique_lock lock(mutex, 5ms);
    if (lock) value = 2;
  });
  std::shared_lock lock(mutex, 1ms);
  if (!lock) lock = std::shared_lock(mutex, std::chrono::system_clock::now() + 1h);
  EXPECT_TRUE(lock.owns_lock());
  EXPECT_LE(value, 2);
}

const promissory::explorer::corpus::Register it{{"shared_timed_mutex", body}};

}  // namespace
