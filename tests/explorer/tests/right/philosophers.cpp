// Three at the table, and everybody takes the lower fork first.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::array<std::mutex, 3> forks;
  std::array<int, 3> meals = {};
  std::vector<std::jthread> philosophers;
  for (std::size_t i = 0; i < 3; ++i) {
    philosophers.emplace_back([&, i] {
      const std::size_t right = (i + 1) % 3;
      const std::lock_guard first(forks[std::min(i, right)]);
      const std::lock_guard second(forks[std::max(i, right)]);
      ++meals[i];
    });
  }
  philosophers.clear();
  EXPECT_EQ(meals[0] + meals[1] + meals[2], 3);
}

const promissory::explorer::corpus::Register it{{"philosophers", body}};

}  // namespace
