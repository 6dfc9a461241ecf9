// Relaxed flags, ordered by fences.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int data = 0;
  std::atomic<bool> is_ready = false;
  std::jthread producer([&] {
    data = 7;
    std::atomic_thread_fence(std::memory_order_release);
    is_ready.store(true, std::memory_order_relaxed);
  });
  while (!is_ready.load(std::memory_order_relaxed)) std::this_thread::yield();
  std::atomic_thread_fence(std::memory_order_acquire);
  EXPECT_EQ(data, 7);
}

const promissory::explorer::corpus::Register it{{"fences", body}};

}  // namespace
