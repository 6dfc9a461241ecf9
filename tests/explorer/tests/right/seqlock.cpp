// Readers take what they have read only if no writer came in between (Boehm, MSPC 2012).
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

class SeqLock {
 public:
  void write(int value) {
    const unsigned before = sequence_.load(std::memory_order_relaxed);
    sequence_.store(before + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    left_.store(value, std::memory_order_relaxed);
    right_.store(value, std::memory_order_relaxed);
    sequence_.store(before + 2, std::memory_order_release);
  }
  std::optional<std::pair<int, int>> try_read() const {
    const unsigned before = sequence_.load(std::memory_order_acquire);
    const std::pair seen(left_.load(std::memory_order_relaxed),
                         right_.load(std::memory_order_relaxed));
    std::atomic_thread_fence(std::memory_order_acquire);
    const unsigned after = sequence_.load(std::memory_order_relaxed);
    if (before != after || before % 2 != 0) return std::nullopt;
    return seen;
  }

 private:
  std::atomic<unsigned> sequence_ = 0;
  std::atomic<int> left_ = 0;
  std::atomic<int> right_ = 0;
};

void body() {
  SeqLock lock;
  std::jthread writer([&] {
    lock.write(1);
    lock.write(2);
  });
  for (;;) {
    if (const auto seen = lock.try_read()) {
      EXPECT_EQ(seen->first, seen->second);
      break;
    }
    std::this_thread::yield();
  }
}

const promissory::explorer::corpus::Register it{{"seqlock", body}};

}  // namespace
