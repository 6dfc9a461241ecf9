// Every access is locked, but between the look and the write the lock is given back.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "../corpus.hpp"

namespace {

class Promise {
 public:
  bool resolve(int value) {
    if (ready()) return false;
    const std::lock_guard lock(mutex_);
    value_ = value;
    return true;
  }
  bool ready() {
    const std::lock_guard lock(mutex_);
    return value_.has_value();
  }

 private:
  std::mutex mutex_;
  std::optional<int> value_;
};

void body() {
  Promise promise;
  std::atomic<int> winners = 0;
  const auto resolve = [&](int value) { winners += promise.resolve(value) ? 1 : 0; };
  {
    std::jthread first(resolve, 1);
    std::jthread second(resolve, 2);
  }
  EXPECT_EQ(winners, 1);
}

const promissory::explorer::corpus::Register it{{"double_resolve", body, "expectation"}};

}  // namespace
