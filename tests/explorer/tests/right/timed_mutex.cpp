// Whoever does not get the lock in time goes without.
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::timed_mutex mutex;
  int taken = 0;
  int given_up = 0;
  const auto work = [&] {
    std::unique_lock lock(mutex, 10ms);
    if (!lock) {
      lock.lock();
      ++given_up;
      return;
    }
    ++taken;
    std::this_thread::sleep_for(20ms);
  };
  {
    std::jthread first(work);
    std::jthread second(work);
    std::jthread third([&] {
      const std::unique_lock lock(mutex, std::chrono::steady_clock::now() + 100s);
      EXPECT_TRUE(lock.owns_lock());
    });
  }
  EXPECT_GE(taken, 1);
  EXPECT_EQ(taken + given_up, 2);
}

const promissory::explorer::corpus::Register it{{"timed_mutex", body}};

}  // namespace
