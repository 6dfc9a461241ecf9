// Started at once, and started by whoever asks first.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  int plain = 3;
  std::future<int> eager = std::async(std::launch::async, [&] { return plain * 2; });
  const std::shared_future<int> lazy =
      std::async(std::launch::deferred, [&] { return plain + 1; }).share();
  EXPECT_EQ(lazy.wait_for(1ms), std::future_status::deferred);
  std::jthread other([lazy] { EXPECT_EQ(lazy.get(), 4); });
  EXPECT_EQ(lazy.get(), 4);
  EXPECT_EQ(eager.get(), 6);
  // The destructor of its future waits.
  static_cast<void>(std::async(std::launch::async, [&] { plain = 4; }));
  EXPECT_EQ(plain, 4);
}

const promissory::explorer::corpus::Register it{{"async", body}};

}  // namespace
