// std::lock of three in three orders.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex a;
  std::mutex b;
  std::mutex c;
  int sum = 0;
  const auto add = [&sum](std::mutex& x, std::mutex& y, std::mutex& z) {
    std::unique_lock first(x, std::defer_lock);
    std::unique_lock second(y, std::defer_lock);
    std::unique_lock third(z, std::defer_lock);
    std::lock(first, second, third);
    ++sum;
  };
  {
    std::jthread first([&] { add(a, b, c); });
    std::jthread second([&] { add(b, c, a); });
    add(c, a, b);
  }
  EXPECT_EQ(sum, 3);
}

const promissory::explorer::corpus::Register it{{"lock_of_three", body}};

}  // namespace
