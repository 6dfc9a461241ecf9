// Who waits with a limit has given up long before the word is given a day later.
#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::counting_semaphore<2> permits(0);
  std::jthread giver([&] {
    std::this_thread::sleep_for(24h);
    permits.release(2);
  });
  std::jthread another([&] { EXPECT_FALSE(permits.try_acquire_for(1min)); });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(permits.try_acquire_for(200ms));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1h);
}

const promissory::explorer::corpus::Register it{{"semaphore_gives_up", body}};

}  // namespace
