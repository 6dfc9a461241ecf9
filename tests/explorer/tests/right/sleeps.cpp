// A sleep lasts at least as long as it was asked to, on every clock.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

template <class Clock>
void sleep_and_look() {
  const auto start = Clock::now();
  std::this_thread::sleep_for(20ms);
  const auto middle = Clock::now();
  EXPECT_GE(middle - start, 20ms);
  std::this_thread::sleep_until(middle + 30ms);
  EXPECT_GE(Clock::now() - start, 50ms);
}

void body() {
  std::jthread first(sleep_and_look<std::chrono::steady_clock>);
  sleep_and_look<std::chrono::system_clock>();
}

const promissory::explorer::corpus::Register it{{"sleeps", body}};

}  // namespace
