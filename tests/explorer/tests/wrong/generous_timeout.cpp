// A timeout that is always long enough, except on a machine that is busy enough.
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
  std::jthread producer([&] { promise.set_value(7); });
  EXPECT_EQ(future.wait_for(10s), std::future_status::ready);
}

const promissory::explorer::corpus::Register it{
    {"generous_timeout", body, "expectation", nullptr, {.early_timeouts = true}}};

}  // namespace
