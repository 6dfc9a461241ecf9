// Relaxed is enough to count; the join orders the end.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> hits = 0;
  std::atomic<int> largest = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 1; i <= 3; ++i) {
      threads.emplace_back([&, i] {
        hits.fetch_add(1, std::memory_order_relaxed);
        int seen = largest.load(std::memory_order_relaxed);
        while (seen < i && !largest.compare_exchange_weak(seen, i, std::memory_order_relaxed)) {
        }
      });
    }
  }
  EXPECT_EQ(hits.load(std::memory_order_relaxed), 3);
  EXPECT_EQ(largest.load(std::memory_order_relaxed), 3);
}

const promissory::explorer::corpus::Register it{{"relaxed_counters", body}};

}  // namespace
