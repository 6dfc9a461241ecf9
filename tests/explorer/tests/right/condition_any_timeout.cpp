// condition_variable_any over a shared lock, with timeouts and with both.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::shared_mutex mutex;
  std::condition_variable_any changed;
  bool is_ready = false;
  std::jthread patient([&](const std::stop_token& token) {
    std::shared_lock lock(mutex);
    const bool is_there = changed.wait_for(lock, token, 1h, [&] { return is_ready; });
    EXPECT_EQ(is_there, is_ready);
  });
  std::jthread hasty([&] {
    std::shared_lock lock(mutex);
    const auto soon = std::chrono::steady_clock::now() + 1ms;
    changed.wait_until(lock, soon, [&] { return is_ready; });
  });
  std::this_thread::sleep_for(1ms);
  {
    const std::lock_guard lock(mutex);
    is_ready = true;
  }
  changed.notify_all();
}

const promissory::explorer::corpus::Register it{{"condition_any_timeout", body}};

}  // namespace
