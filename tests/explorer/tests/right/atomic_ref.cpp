// Atomic for as long as there are threads, plain afterwards.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int count = 0;
  double sum = 0;
  {
    const auto add = [&] {
      ++std::atomic_ref(count);
      std::atomic_ref(sum) += 0.5;
    };
    std::jthread first(add);
    std::jthread second(add);
  }
  EXPECT_EQ(count, 2);
  EXPECT_EQ(sum, 1.0);
}

const promissory::explorer::corpus::Register it{{"atomic_ref", body}};

}  // namespace
