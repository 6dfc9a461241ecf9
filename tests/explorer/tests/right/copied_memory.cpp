// Copies by the memory functions, which a mutex orders.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Message {
  std::array<char, 64> text;
  std::array<int, 64> numbers;
};

void body() {
  std::mutex mutex;
  Message box = {};
  const auto send = [&](char letter) {
    Message message = {};
    std::memset(message.text.data(), letter, message.text.size());
    message.numbers.fill(letter);
    const std::lock_guard lock(mutex);
    std::memcpy(&box, &message, sizeof box);
  };
  std::jthread first(send, 'a');
  std::jthread second(send, 'b');
  Message seen;
  {
    const std::lock_guard lock(mutex);
    seen = box;
  }
  EXPECT_TRUE(
      std::all_of(seen.text.begin(), seen.text.end(), [&](char it) { return it == seen.text[0]; }));
}

const promissory::explorer::corpus::Register it{{"copied_memory", body}};

}  // namespace
