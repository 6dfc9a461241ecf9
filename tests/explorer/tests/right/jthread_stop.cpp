// A worker that works until it is asked to stop, at the latest by the destructor.
#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> rounds = 0;
  {
    std::jthread worker([&](const std::stop_token& token) {
      while (!token.stop_requested()) {
        ++rounds;
        std::this_thread::yield();
      }
    });
    while (rounds == 0) std::this_thread::yield();
  }
  EXPECT_GE(rounds, 1);
}

const promissory::explorer::corpus::Register it{{"jthread_stop", body}};

}  // namespace
