// A future that is not ready in time, and then is.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  std::jthread producer([&] {
    std::this_thread::sleep_for(50ms);
    promise.set_value(7);
  });
  EXPECT_EQ(future.wait_for(10ms), std::future_status::timeout);
  EXPECT_EQ(future.wait_until(std::chrono::system_clock::now() + 1h), std::future_status::ready);
  EXPECT_EQ(future.wait_for(0ms), std::future_status::ready);
  EXPECT_EQ(future.get(), 7);
}

const promissory::explorer::corpus::Register it{{"future_wait_for", body}};

}  // namespace
