#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <string>
#include <vector>

#include "bug-hunt/03-statement/statement.hpp"
#include "support/contract.hpp"

namespace {

using promissory::StatementPrinter;
using promissory::support::contract;

TEST(StatementHidden, AllPagesAreTypesetAtTheSameTime) {
  contract("No page waits for another one to be typeset.");
  constexpr int count = 12;
  std::latch all_at_it(count);
  const StatementPrinter printer([&](int page) {
    all_at_it.arrive_and_wait();
    return std::to_string(page);
  });
  const auto pages = printer.print({.first = 1, .count = count});
  ASSERT_EQ(pages.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(pages[static_cast<std::size_t>(i)], std::to_string(i + 1));
  }
}

TEST(StatementHidden, ALongStatementHasEveryPage) {
  contract("A statement of many pages has each of them, too.");
  const StatementPrinter printer([](int page) { return std::to_string(page); });
  for (int round = 0; round < 5; ++round) {
    const auto pages = printer.print({.first = 100, .count = 50});
    ASSERT_EQ(pages.size(), 50U);
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(pages[static_cast<std::size_t>(i)], std::to_string(100 + i));
    }
  }
}

TEST(StatementHidden, AnEmptyRangeIsNoPage) {
  contract("A range without pages is an empty statement.");
  const StatementPrinter printer([](int page) { return std::to_string(page); });
  EXPECT_TRUE(printer.print({.first = 5, .count = 0}).empty());
}

TEST(StatementHidden, TheFirstPageThatFailsIsToldOf) {
  contract("print() throws what the typesetter threw, of the first page that it threw for.");
  const StatementPrinter printer([](int page) -> std::string {
    if (page % 2 == 0) throw std::runtime_error("no page " + std::to_string(page));
    return "page";
  });
  try {
    printer.print({.first = 3, .count = 6});
    FAIL() << "it printed pages that cannot be typeset";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no page 4");
  }
}

}  // namespace
