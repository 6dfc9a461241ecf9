#include <gtest/gtest.h>

#include "@FOLDER@/cell.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Cell;
using promissory::support::contract;

TEST(Cell, HoldsWhatWasAdded) {
  contract("get() gives back what was added.", "a-cell");
  Cell cell;
  cell.add(7);
  const int value = cell.get();
  EXPECT_EQ(value, 7);
}

TEST(Cell, AddsLater) {
  contract("After wait() everything has been added.", "a-cell");
  Cell cell;
  cell.add_later([] { return 4; });
  cell.wait();
  const int value = cell.get();
  EXPECT_EQ(value, 4);
}

}  // namespace
