// Woken is not the same as notified.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_ready = false;
  std::jthread producer([&] {
    const std::lock_guard lock(mutex);
    is_ready = true;
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  if (!is_ready) changed.wait(lock);
  EXPECT_TRUE(is_ready);
}

const promissory::explorer::corpus::Register it{{"spurious_wake", body, "expectation"}};

}  // namespace
