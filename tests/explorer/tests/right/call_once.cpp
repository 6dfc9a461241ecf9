// Initialised once, and seen by all.
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::once_flag once;
  std::string text;
  int calls = 0;
  const auto work = [&] {
    std::call_once(
        once,
        [&](int number) {
          ++calls;
          text = std::string(40, static_cast<char>('a' + number));
        },
        1);
    EXPECT_EQ(text.size(), 40U);
  };
  {
    std::jthread first(work);
    std::jthread second(work);
    work();
  }
  EXPECT_EQ(calls, 1);
}

const promissory::explorer::corpus::Register it{{"call_once", body}};

}  // namespace
