#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bug-hunt/04-quotes/quotes.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Buyer;
using promissory::Quote;
using promissory::Supplier;
using promissory::support::contract;
using promissory::support::Gate;

Supplier supplier(std::string name, std::optional<int> cents) {
  return {std::move(name), [cents](const std::string&) { return cents; }};
}

TEST(QuotesHidden, WhoHasItNotInStockIsNotWaitedFor) {
  contract("A supplier without the article makes no offer, and keeps nobody waiting.");
  const Buyer buyer({supplier("north", std::nullopt), supplier("south", 700)});
  const auto best = buyer.cheapest("a kettle");
  ASSERT_TRUE(best);
  EXPECT_EQ(best->supplier, "south");
}

TEST(QuotesHidden, NobodyHasIt) {
  contract("When nobody has the article, there is no offer, and the buyer knows it.");
  const Buyer buyer({supplier("north", std::nullopt), supplier("south", std::nullopt)});
  EXPECT_FALSE(buyer.cheapest("a unicorn"));
}

TEST(QuotesHidden, WithoutSuppliersThereIsNothingToWaitFor) {
  contract("A buyer without suppliers has no offer at once.");
  const Buyer buyer({});
  EXPECT_FALSE(buyer.cheapest("a kettle"));
}

// The second one answers only after the first one's offer was seen.
TEST(QuotesHidden, OffersAreSeenAsTheyComeIn) {
  contract("An offer is seen as soon as it is there, while others still think.");
  const auto seen_first = std::make_shared<Gate>();
  const Buyer buyer({supplier("quick", 900), {"slow", [seen_first](const std::string&) {
                                                seen_first->wait();
                                                return 800;
                                              }}});
  std::vector<std::string> seen;
  const auto best = buyer.cheapest("a kettle", [&](const Quote& quote) {
    seen.push_back(quote.supplier);
    seen_first->open();
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"quick", "slow"}));
  ASSERT_TRUE(best);
  EXPECT_EQ(best->supplier, "slow");
}

TEST(QuotesHidden, AskingWaitsForNobody) {
  contract("ask() returns while the suppliers still think.");
  const auto asked = std::make_shared<Gate>();
  const Buyer buyer({{"north", [asked](const std::string&) {
                        asked->wait();
                        return 5;
                      }}});
  const auto offers = buyer.ask("a kettle");
  asked->open();
  const auto quote = offers->take();
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->cents, 5);
  EXPECT_FALSE(offers->take());
}

TEST(QuotesHidden, AllOfManyOffersArrive) {
  contract("Of many suppliers every offer is seen, each once.");
  std::vector<Supplier> suppliers;
  for (int i = 0; i < 40; ++i) suppliers.push_back(supplier("s" + std::to_string(i), 100 - i));
  const Buyer buyer(std::move(suppliers));
  std::multiset<std::string> seen;
  const auto best =
      buyer.cheapest("a kettle", [&](const Quote& quote) { seen.insert(quote.supplier); });
  EXPECT_EQ(seen.size(), 40U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 40U);
  ASSERT_TRUE(best);
  EXPECT_EQ(best->cents, 61);
}

}  // namespace
