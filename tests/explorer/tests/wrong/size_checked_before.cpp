// There was room when it was asked for.
#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  const auto slots = std::make_unique<std::atomic<int>[]>(1);
  std::atomic<std::size_t> used = 0;
  const auto put = [&](int item) {
    if (used < 1) slots[used.fetch_add(1)] = item;
  };
  std::jthread first(put, 1);
  std::jthread second(put, 2);
}

const promissory::explorer::corpus::Register it{{"size_checked_before", body, "out of bounds"}};

}  // namespace
