#include <gtest/gtest.h>

#include <exception>

#include "bug-hunt/10-auction/auction.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Auction;
using promissory::Sale;
using promissory::support::contract;

template <class Result>
concept Writable = requires(Result result, Sale sale) {
  result->put(sale);
}
|| requires(Result result, std::exception_ptr error) {
  result->fail(error);
};

TEST(Auction, AGuestIsToldTheSaleAndCannotMakeOne) {
  contract("A guest waits for the sale; the hammer alone decides it.");
  Auction auction(100);
  Sale sale;
  auction.bid("Ada", 150);
  auction.close();
  auction.admit([&](auto result) {
    static_assert(!Writable<decltype(result)>, "a guest can settle the sale himself");
    sale = result->await();
  });
  EXPECT_EQ(sale.bidder, "Ada");
  EXPECT_EQ(sale.price, 150);
}

}  // namespace
