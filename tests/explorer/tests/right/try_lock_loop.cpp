// try_lock with a back-off, and a lock hierarchy that is left when it cannot be had.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex a;
  std::mutex b;
  int value = 0;
  const auto lock_both = [&](std::mutex& first, std::mutex& second) {
    for (;;) {
      const std::lock_guard outer(first);
      const std::unique_lock inner(second, std::try_to_lock);
      if (inner) {
        ++value;
        return;
      }
    }
  };
  {
    std::jthread other([&] { lock_both(b, a); });
    lock_both(a, b);
  }
  EXPECT_EQ(value, 2);
}

const promissory::explorer::corpus::Register it{{"try_lock_loop", body}};

}  // namespace
