#include <gtest/gtest.h>

#include "bug-hunt/06-tariff/tariff.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Tariff;
using promissory::support::contract;

TEST(Tariff, EveryGuestIsToldAPrice) {
  contract("Whoever asks for a price is told it, the first guest and the next.");
  Tariff tariff([] { return Tariff::Prices{{"single", 80}, {"double", 120}, {"breakfast", 9}}; });
  EXPECT_EQ(tariff.price("double", 2), 138);
  EXPECT_EQ(tariff.price("single", 1), 89);
}

}  // namespace
