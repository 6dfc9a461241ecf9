// The promise of exercise 4, with three awaiters.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "../corpus.hpp"

namespace {

class Promise {
 public:
  void resolve(int value) {
    const std::lock_guard lock(mutex_);
    if (value_) return;
    value_ = value;
    settled_.notify_all();
  }

  int await() {
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [&] { return value_.has_value(); });
    return *value_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable settled_;
  std::optional<int> value_;
};

void body() {
  Promise promise;
  const auto await = [&] { EXPECT_EQ(promise.await(), 7); };
  std::jthread first(await);
  std::jthread second(await);
  std::jthread third(await);
  promise.resolve(7);
}

const promissory::explorer::corpus::Register it{{"once_promise", body}};

}  // namespace
