#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bug-hunt/06-tariff/tariff.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Tariff;
using promissory::support::contract;
using promissory::support::Crowd;
using promissory::support::Gate;

TEST(TariffHidden, ManyGuestsAreTold) {
  contract("However many guests ask one after the other, each is told.");
  Tariff tariff([] { return Tariff::Prices{{"single", 80}}; });
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(tariff.price("single", 0), 80);
}

TEST(TariffHidden, WhoAsksMeanwhileWaitsForTheTable) {
  contract("Guests who ask while the table is loaded wait for it, and all of them are told.");
  constexpr int guests = 6;
  std::atomic<int> loaded{0};
  std::atomic<int> told{0};
  Gate table;
  Crowd waiting;
  Tariff tariff([&] {
    ++loaded;
    table.wait();
    return Tariff::Prices{{"single", 80}};
  });
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < guests; ++i) {
      threads.emplace_back([&] {
        waiting.arriving();
        if (tariff.price("single", 0) == 80) ++told;
      });
    }
    waiting.wait_until_parked(guests);
    EXPECT_EQ(told, 0);
    table.open();
  }
  EXPECT_EQ(told, guests);
  EXPECT_EQ(loaded, 1);
}

TEST(TariffHidden, TheTableIsLoadedOnceAndOnlyWhenItIsNeeded) {
  contract("The table is loaded when the first guest asks, and never again.");
  int loaded = 0;
  Tariff tariff([&] {
    ++loaded;
    return Tariff::Prices{{"single", 80}};
  });
  EXPECT_EQ(loaded, 0);
  for (int i = 0; i < 10; ++i) tariff.price("single", 1);
  EXPECT_EQ(loaded, 1);
}

TEST(TariffHidden, AnUnknownRoomIsAnErrorOfItsOwn) {
  contract("Who asks for a room that is not there is told so, and spoils nothing for others.");
  Tariff tariff([] { return Tariff::Prices{{"single", 80}}; });
  EXPECT_THROW(tariff.price("castle", 1), std::out_of_range);
  EXPECT_EQ(tariff.price("single", 1), 80);
  EXPECT_THROW(tariff.price("castle", 1), std::out_of_range);
}

TEST(TariffHidden, EverybodyIsToldThatThereIsNoTable) {
  contract("A table that cannot be loaded is an error for whoever asks.");
  Tariff tariff([]() -> Tariff::Prices { throw std::runtime_error("the printer ate it"); });
  for (int i = 0; i < 5; ++i) EXPECT_THROW(tariff.price("single", 1), std::runtime_error);
}

}  // namespace
