// A spin lock and an event, of the one type that is always lock-free.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic_flag lock;
  std::atomic_flag done;
  int value = 0;
  const auto add = [&] {
    while (lock.test_and_set(std::memory_order_acquire)) {
      while (lock.test(std::memory_order_relaxed)) std::this_thread::yield();
    }
    const int now = ++value;
    lock.clear(std::memory_order_release);
    if (now == 3) {
      done.test_and_set();
      done.notify_all();
    }
  };
  std::jthread first(add);
  std::jthread second(add);
  add();
  done.wait(false);
  EXPECT_EQ(value, 3);
}

const promissory::explorer::corpus::Register it{{"atomic_flag", body}};

}  // namespace
