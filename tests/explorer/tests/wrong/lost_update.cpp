// A load and a store are not an increment.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> count = 0;
  const auto add = [&] { count = count + 1; };
  {
    std::jthread first(add);
    std::jthread second(add);
  }
  EXPECT_EQ(count, 2);
}

const promissory::explorer::corpus::Register it{{"lost_update", body, "expectation"}};

}  // namespace
