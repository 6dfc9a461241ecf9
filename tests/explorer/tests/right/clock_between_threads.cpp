// The steady clock never goes back, also not from one thread to the next.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "../corpus.hpp"

namespace {

using Clock = std::chrono::steady_clock;

void body() {
  Clock::time_point sent;
  std::atomic<bool> is_sent = false;
  std::jthread sender([&] {
    sent = Clock::now();
    is_sent.store(true, std::memory_order_release);
    is_sent.notify_one();
  });
  is_sent.wait(false, std::memory_order_acquire);
  EXPECT_GE(Clock::now(), sent);
}

const promissory::explorer::corpus::Register it{{"clock_between_threads", body}};

}  // namespace
