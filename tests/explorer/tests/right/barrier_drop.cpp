// One of three leaves early, and the others go on without it.
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::barrier barrier(3);
  int value = 0;
  std::jthread leaver([&] {
    value = 1;
    barrier.arrive_and_drop();
  });
  const auto stay = [&] {
    barrier.arrive_and_wait();
    EXPECT_EQ(value, 1);
    barrier.arrive_and_wait();
  };
  std::jthread first(stay);
  stay();
}

const promissory::explorer::corpus::Register it{{"barrier_drop", body}};

}  // namespace
