// A static local whose first initialisation throws.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

std::atomic<int> attempts = 0;

std::vector<int> make() {
  if (++attempts == 1) throw std::runtime_error("the first attempt fails");
  return {1, 2, 3};
}

const std::vector<int>& numbers() {
  static const std::vector<int> it = make();
  return it;
}

void body() {
  std::atomic<int> failures = 0;
  const auto read = [&] {
    try {
      EXPECT_EQ(numbers().size(), 3U);
    } catch (const std::runtime_error&) {
      ++failures;
    }
  };
  {
    std::jthread first(read);
    std::jthread second(read);
    read();
  }
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(failures, 1);
}

const promissory::explorer::corpus::Register it{{"static_local_throws", body}};

}  // namespace
