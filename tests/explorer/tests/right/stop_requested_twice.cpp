// Only one of several requests is the first.
#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::stop_source source;
  std::atomic<int> firsts = 0;
  std::atomic<int> calls = 0;
  const std::stop_callback one(source.get_token(), [&] { ++calls; });
  const std::stop_callback two(source.get_token(), [&] { ++calls; });
  const auto request = [&] { firsts += source.request_stop() ? 1 : 0; };
  {
    std::jthread first(request);
    std::jthread second(request);
  }
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(calls, 2);
}

const promissory::explorer::corpus::Register it{{"stop_requested_twice", body}};

}  // namespace
