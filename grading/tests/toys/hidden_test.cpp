#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "@FOLDER@/cell.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Cell;
using promissory::support::contract;

TEST(CellHidden, AddsUp) {
  contract("What is added later does not replace what was added before.", "a-cell");
  Cell cell;
  cell.add(2);
  cell.add(3);
  const int value = cell.get();
  EXPECT_EQ(value, 5);
}

TEST(CellHidden, AnExceptionAddsNothing) {
  contract("An exception stays in its thread and adds nothing.", "a-cell");
  Cell cell;
  cell.add_later([]() -> int { throw std::runtime_error("no number"); });
  cell.wait();
  const int value = cell.get();
  EXPECT_EQ(value, 0);
}

// The relaxed flag puts the second thread behind the first without ordering them for TSan, so that
// its report is the same every time.
TEST(CellHidden, TwoThreadsAdd) {
  contract("Two threads may add at the same time.", "a-lock");
  Cell cell;
  cell.add(1);
  std::atomic<bool> added{false};
  {
    const std::jthread first([&] {
      cell.add(1);
      added.store(true, std::memory_order_relaxed);
    });
    const std::jthread second([&] {
      while (!added.load(std::memory_order_relaxed)) std::this_thread::yield();
      cell.add(1);
    });
  }
  const int value = cell.get();
  EXPECT_EQ(value, 3);
}

}  // namespace
