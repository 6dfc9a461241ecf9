#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bug-hunt/03-statement/statement.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::StatementPrinter;
using promissory::support::contract;

TEST(StatementExplored, EveryOrderPrintsTheSamePages) {
  contract("However the presses run, the statement holds the pages of its range.");
  EXPLORE({}) {
    const StatementPrinter printer([](int page) { return std::to_string(page); });
    EXPECT_EQ(printer.print({.first = 7, .count = 3}), (std::vector<std::string>{"7", "8", "9"}));
  };
}

}  // namespace
