// A read-modify-write in between, even a relaxed one, keeps what was published before it.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int data = 0;
  std::atomic<int> stage = 0;
  std::jthread producer([&] {
    data = 7;
    stage.store(1, std::memory_order_release);
  });
  std::jthread middle([&] {
    int one = 1;
    while (!stage.compare_exchange_strong(one, 2, std::memory_order_relaxed)) {
      one = 1;
      std::this_thread::yield();
    }
  });
  while (stage.load(std::memory_order_acquire) != 2) std::this_thread::yield();
  EXPECT_EQ(data, 7);
}

const promissory::explorer::corpus::Register it{{"release_sequence", body}};

}  // namespace
