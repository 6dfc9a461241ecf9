#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "bug-hunt/06-tariff/tariff.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Tariff;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(TariffExplored, AWaitEndsWithTheTable) {
  contract("However long the table takes, nobody is told a price before it is there.");
  EXPLORE({}) {
    Tariff tariff([] {
      // Costs nothing: the explorer's clock goes on when nobody else can.
      std::this_thread::sleep_for(24h);
      return Tariff::Prices{{"single", 80}};
    });
    std::jthread first([&] { EXPECT_EQ(tariff.price("single", 0), 80); });
    EXPECT_EQ(tariff.price("single", 0), 80);
  };
}

TEST(TariffExplored, EverybodyIsTold) {
  contract("In whatever order the guests ask, each is told.");
  EXPLORE({}) {
    Tariff tariff([] { return Tariff::Prices{{"single", 80}}; });
    std::jthread one([&] { EXPECT_EQ(tariff.price("single", 0), 80); });
    std::jthread other([&] { EXPECT_EQ(tariff.price("single", 0), 80); });
    EXPECT_EQ(tariff.price("single", 0), 80);
  };
}

}  // namespace
