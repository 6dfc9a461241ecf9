// A loop that looks at the clock and at a flag, and gives up in the end.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::atomic<bool> is_done = false;
  std::jthread worker([&] {
    std::this_thread::sleep_for(1s);
    is_done = true;
  });
  const auto start = std::chrono::steady_clock::now();
  while (!is_done && std::chrono::steady_clock::now() < start + 10ms) {
  }
  EXPECT_TRUE(is_done || std::chrono::steady_clock::now() >= start + 10ms);
  while (!is_done) std::this_thread::sleep_for(100ms);
}

const promissory::explorer::corpus::Register it{{"poll_until_deadline", body}};

}  // namespace
