// The first attempt fails, and the next one to come tries again.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::once_flag once;
  int attempts = 0;
  int value = 0;
  std::atomic<int> failures = 0;
  const auto work = [&] {
    try {
      std::call_once(once, [&] {
        if (++attempts == 1) throw std::runtime_error("not yet");
        value = 7;
      });
      EXPECT_EQ(value, 7);
    } catch (const std::runtime_error&) {
      ++failures;
    }
  };
  {
    std::jthread first(work);
    std::jthread second(work);
    work();
  }
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(failures, 1);
}

const promissory::explorer::corpus::Register it{{"call_once_throws", body}};

}  // namespace
