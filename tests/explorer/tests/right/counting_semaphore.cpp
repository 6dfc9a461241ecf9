// Never more than two at a time.
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::counting_semaphore<2> places(2);
  std::atomic<int> inside = 0;
  const auto work = [&] {
    places.acquire();
    EXPECT_LE(++inside, 2);
    --inside;
    places.release();
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(work);
}

const promissory::explorer::corpus::Register it{{"counting_semaphore", body}};

}  // namespace
