// atomic::wait on types that are no futex: the library parks on a place of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Pair {
  std::int16_t left;
  std::int16_t right;
};

void body() {
  std::atomic<std::int64_t> large = 0;
  std::atomic<bool> small = false;
  std::atomic<Pair> pair = Pair{0, 0};
  int value = 0;
  std::jthread waiter([&] {
    large.wait(0);
    small.wait(false);
    pair.wait(Pair{0, 0});
    EXPECT_EQ(value, 7);
  });
  std::jthread other([&] { small.wait(false); });
  value = 7;
  large = std::int64_t{1} << 40;
  large.notify_one();
  small = true;
  small.notify_all();
  pair = Pair{0, 1};
  pair.notify_one();
}

const promissory::explorer::corpus::Register it{{"atomic_wait_of_others", body}};

}  // namespace
