// A promise without a lock: empty, being written, ready.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "../corpus.hpp"

namespace {

class Promise {
 public:
  bool resolve(int value) {
    int expected = empty;
    if (!state_.compare_exchange_strong(expected, writing, std::memory_order_relaxed)) return false;
    value_ = value;
    state_.store(ready, std::memory_order_release);
    state_.notify_all();
    return true;
  }
  int await() const {
    int seen = state_.load(std::memory_order_acquire);
    while (seen != ready) {
      state_.wait(seen, std::memory_order_acquire);
      seen = state_.load(std::memory_order_acquire);
    }
    return *value_;
  }

 private:
  enum : int { empty, writing, ready };
  std::atomic<int> state_ = empty;
  std::optional<int> value_;
};

void body() {
  Promise promise;
  std::atomic<int> winners = 0;
  {
    std::jthread first([&] { winners += promise.resolve(1) ? 1 : 0; });
    std::jthread second([&] { winners += promise.resolve(2) ? 1 : 0; });
    const int value = promise.await();
    EXPECT_TRUE(value == 1 || value == 2);
    EXPECT_EQ(promise.await(), value);
  }
  EXPECT_EQ(winners, 1);
}

const promissory::explorer::corpus::Register it{{"promise_three_states", body}};

}  // namespace
