#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <vector>

#include "bug-hunt/03-statement/statement.hpp"
#include "support/contract.hpp"

namespace {

using promissory::StatementPrinter;
using promissory::support::contract;

TEST(Statement, EveryPageIsPrintedOnce) {
  contract("A statement holds the pages of its range, each once, in their order.");
  std::latch all_presses_run(6);
  const StatementPrinter printer([&](int page) {
    all_presses_run.arrive_and_wait();
    return "page " + std::to_string(page);
  });
  EXPECT_EQ(
      printer.print({.first = 11, .count = 6}),
      (std::vector<std::string>{"page 11", "page 12", "page 13", "page 14", "page 15", "page 16"}));
}

}  // namespace
