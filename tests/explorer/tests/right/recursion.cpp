// A sum by halves, each half in a thread of its own.
#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <span>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

int sum(std::span<const int> numbers) {
  if (numbers.size() <= 2) return std::accumulate(numbers.begin(), numbers.end(), 0);
  const std::size_t half = numbers.size() / 2;
  std::future<int> left = std::async(std::launch::async, [=] { return sum(numbers.first(half)); });
  const int right = sum(numbers.subspan(half));
  return left.get() + right;
}

void body() {
  std::vector<int> numbers(8);
  std::iota(numbers.begin(), numbers.end(), 1);
  EXPECT_EQ(sum(numbers), 36);
}

const promissory::explorer::corpus::Register it{{"recursion", body}};

}  // namespace
