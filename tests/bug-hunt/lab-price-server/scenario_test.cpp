#include <gtest/gtest.h>

#include "bug-hunt/lab-price-server/rush.hpp"
#include "support/contract.hpp"

namespace {

using promissory::support::contract;
namespace lab = promissory::lab;

TEST(PriceServer, NobodyIsLeftAfterTheRush) {
  contract("When the rush is over, every connection has had its answer, and its thread has ended.");
  lab::Shop shop(lab::room);
  lab::rush_hour(shop);
  shop.open_catalogue();
  shop.await_answers("200", 1 + lab::room);
}

}  // namespace
