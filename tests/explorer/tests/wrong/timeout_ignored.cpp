// wait_for has come back; whether in time, nobody asks.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<int> value;
  std::jthread producer([&] {
    std::this_thread::sleep_for(200ms);
    const std::lock_guard lock(mutex);
    value = 7;
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  changed.wait_for(lock, 100ms, [&] { return value.has_value(); });
  EXPECT_TRUE(value);
}

const promissory::explorer::corpus::Register it{{"timeout_ignored", body, "expectation"}};

}  // namespace
