// A wait that ends when there is something or when the thread is asked to stop.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable_any changed;
  int items = 0;
  int taken = 0;
  {
    std::jthread consumer([&](const std::stop_token& token) {
      std::unique_lock lock(mutex);
      while (changed.wait(lock, token, [&] { return items > 0; })) {
        --items;
        ++taken;
      }
    });
    const std::lock_guard lock(mutex);
    ++items;
    changed.notify_one();
  }
  EXPECT_EQ(items + taken, 1);
}

const promissory::explorer::corpus::Register it{{"condition_any_stop_token", body}};

}  // namespace
