// A stack of slots without a version: between the look at the top and the exchange, the top left
// and came back, and what was below it is somebody else's by now.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

class FreeSlots {
 public:
  FreeSlots() : below_{-1, 0, 1}, top_(2) {}
  int take() {
    int top = top_;
    while (top >= 0 && !top_.compare_exchange_strong(top, below_[static_cast<std::size_t>(top)])) {
    }
    return top;
  }
  void give_back(int slot) {
    int top = top_;
    do {
      below_[static_cast<std::size_t>(slot)] = top;
    } while (!top_.compare_exchange_strong(top, slot));
  }

 private:
  std::array<std::atomic<int>, 3> below_;
  std::atomic<int> top_;
};

void body() {
  FreeSlots slots;
  std::array<std::atomic<int>, 3> users = {};
  const auto use = [&](int slot) {
    if (slot < 0) return;
    EXPECT_EQ(++users[static_cast<std::size_t>(slot)], 1) << "two users of slot " << slot;
  };
  std::jthread first([&] {
    use(slots.take());
    use(slots.take());
  });
  std::jthread second([&] {
    const int borrowed = slots.take();
    use(slots.take());
    if (borrowed >= 0) slots.give_back(borrowed);
  });
}

const promissory::explorer::corpus::Register it{{"aba", body, "expectation"}};

}  // namespace
