#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/10-auction/auction.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Auction;
using promissory::Sale;
using promissory::Unsold;
using promissory::support::contract;

template <class Result>
concept CanPut = requires(Result result, Sale sale) {
  result->put(sale);
};
template <class Result>
concept CanFail = requires(Result result, std::exception_ptr error) {
  result->fail(error);
};

// Calls `guest` with nothing that could decide the sale.
void admit(Auction& auction, const auto& guest) {
  auction.admit([&](auto result) {
    static_assert(!CanPut<decltype(result)>, "a guest can make a sale");
    static_assert(!CanPut<decltype((result))>, "a guest can make a sale");
    static_assert(!CanFail<decltype(result)>, "a guest can prevent the sale");
    guest(result);
  });
}

TEST(AuctionHidden, GuestsWaitForTheHammer) {
  contract("Guests who came before the first bid are told the sale when the hammer falls.");
  Auction auction(10);
  std::atomic<int> told{0};
  std::vector<std::jthread> guests;
  for (int i = 0; i < 5; ++i) {
    admit(auction, [&](auto result) {
      guests.emplace_back([&told, result] {
        if (result->await().price == 30) ++told;
      });
    });
  }
  EXPECT_TRUE(auction.bid("Ada", 20));
  EXPECT_TRUE(auction.bid("Grace", 30));
  EXPECT_EQ(told, 0);
  auction.close();
  guests.clear();
  EXPECT_EQ(told, 5);
  EXPECT_EQ(auction.guests(), 5U);
}

TEST(AuctionHidden, AResultCanBeKeptAndReadAgain) {
  contract("A result outlives its auction, and can be read as often as one likes.");
  std::vector<std::string> read;
  std::jthread late;
  {
    Auction auction(10);
    admit(auction, [&](auto result) {
      late = std::jthread([&read, result] {
        for (int i = 0; i < 2; ++i) read.push_back(result->await().bidder);
      });
    });
    auction.bid("Ada", 20);
    auction.close();
  }
  late.join();
  EXPECT_EQ(read, (std::vector<std::string>{"Ada", "Ada"}));
}

TEST(AuctionHidden, ALotWithoutABuyerIsUnsold) {
  contract("A lot whose reserve nobody has reached is not sold, and one is told so.");
  Auction auction(1000);
  EXPECT_FALSE(auction.bid("Ada", 999));
  auction.close();
  admit(auction, [](const auto& result) { EXPECT_THROW(result->await(), Unsold); });
}

TEST(AuctionHidden, AGuestCanLeave) {
  contract("A guest who is called away need not wait for the hammer.");
  Auction auction(10);
  std::stop_source called_away;
  called_away.request_stop();
  admit(auction, [&](const auto& result) {
    EXPECT_FALSE(result->is_ready());
    EXPECT_THROW(result->await(called_away.get_token()), std::system_error);
  });
  auction.close();
}

TEST(AuctionHidden, OnlyAHigherBidCounts) {
  contract("A bid counts when it is higher than all before, until the hammer falls.");
  Auction auction(10);
  EXPECT_TRUE(auction.bid("Ada", 20));
  EXPECT_FALSE(auction.bid("Grace", 20));
  auction.close();
  auction.close();
  EXPECT_FALSE(auction.bid("Grace", 100));
  admit(auction, [](const auto& result) { EXPECT_EQ(result->await().bidder, "Ada"); });
}

}  // namespace
