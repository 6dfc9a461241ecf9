// What was there at the notification may be gone when the waiter has the lock again.
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<int> items;
  const auto take = [&] {
    std::unique_lock lock(mutex);
    if (items.empty()) changed.wait(lock);
    ASSERT_FALSE(items.empty());
    items.pop_front();
  };
  const auto put = [&] {
    const std::lock_guard lock(mutex);
    items.push_back(1);
    changed.notify_one();
  };
  std::jthread first(take);
  std::jthread second(take);
  put();
  put();
}

const promissory::explorer::corpus::Register it{{"wait_with_if", body, "expectation"}};

}  // namespace
