// A promise of one atomic flag and its wait.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

class Promise {
 public:
  void resolve(std::string value) {
    if (is_claimed_.test_and_set(std::memory_order_relaxed)) return;
    value_ = std::move(value);
    is_ready_.store(true, std::memory_order_release);
    is_ready_.notify_all();
  }
  const std::string& await() const {
    is_ready_.wait(false, std::memory_order_acquire);
    return value_;
  }

 private:
  std::atomic_flag is_claimed_;
  std::atomic<bool> is_ready_ = false;
  std::string value_;
};

void body() {
  Promise promise;
  std::jthread first([&] { EXPECT_EQ(promise.await().size(), 30U); });
  std::jthread second([&] { promise.resolve(std::string(30, 'a')); });
  promise.resolve(std::string(30, 'b'));
  EXPECT_EQ(promise.await().size(), 30U);
}

const promissory::explorer::corpus::Register it{{"promise_flag", body}};

}  // namespace
