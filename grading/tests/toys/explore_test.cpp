#include <gtest/gtest.h>

#include <thread>

#include "@FOLDER@/cell.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Cell;
using promissory::support::contract;

TEST(CellExplored, NothingIsLost) {
  contract("However two threads take turns, all that they add is there.", "a-lock");
  EXPLORE({.schedules = 200}) {
    Cell cell;
    {
      const std::jthread one([&] { cell.add(1); });
      const std::jthread two([&] { cell.add(2); });
    }
    const int value = cell.get();
    EXPECT_EQ(value, 3);
  };
}

TEST(CellExplored, WaitsForAll) {
  contract("wait() returns after everything was added.", "a-cell");
  EXPLORE({.strategy = promissory::explorer::Strategy::exhaustive}) {
    Cell cell;
    cell.add_later([] { return 4; });
    cell.wait();
    const int value = cell.get();
    EXPECT_EQ(value, 4);
  };
}

}  // namespace
