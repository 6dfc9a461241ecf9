// Two threads take turns; neither touches what is the other's.
#include <gtest/gtest.h>

#include <semaphore>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::binary_semaphore question(0);
  std::binary_semaphore answer(0);
  int value = 0;
  std::jthread other([&] {
    for (int i = 0; i < 3; ++i) {
      question.acquire();
      value *= 2;
      answer.release();
    }
  });
  for (int i = 0; i < 3; ++i) {
    value += 1;
    question.release();
    answer.acquire();
  }
  EXPECT_EQ(value, 14);
}

const promissory::explorer::corpus::Register it{{"binary_semaphore", body}};

}  // namespace
