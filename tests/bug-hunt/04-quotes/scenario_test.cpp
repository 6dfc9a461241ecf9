#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "bug-hunt/04-quotes/quotes.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Buyer;
using promissory::support::contract;

TEST(Quotes, TheCheapestOfThreeIsFound) {
  contract("When everybody has answered, the buyer has the lowest offer.");
  const Buyer buyer({{"north", [](const std::string&) { return 1200; }},
                     {"south", [](const std::string&) { return 990; }},
                     {"east", [](const std::string&) { return 1050; }}});
  const auto best = buyer.cheapest("a kettle");
  ASSERT_TRUE(best);
  EXPECT_EQ(best->supplier, "south");
  EXPECT_EQ(best->cents, 990);
}

}  // namespace
