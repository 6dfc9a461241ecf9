// Both checks pass before either withdraws; that the balance is atomic does not help.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> balance = 10;
  const auto withdraw = [&] {
    if (balance >= 10) balance -= 10;
  };
  {
    std::jthread first(withdraw);
    std::jthread second(withdraw);
  }
  EXPECT_EQ(balance, 0);
}

const promissory::explorer::corpus::Register it{{"check_then_act", body, "expectation"}};

}  // namespace
