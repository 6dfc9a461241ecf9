#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "bug-hunt/04-quotes/quotes.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Buyer;
using promissory::support::contract;
using namespace std::chrono_literals;

// Whoever closes the queue too early, too late or not at all is found among the first few.
constexpr int enough = 200;

TEST(QuotesExplored, HowLongASupplierThinksIsUpToHim) {
  contract("The buyer waits for everybody's answer, however long it takes.");
  EXPLORE({.schedules = enough}) {
    const Buyer buyer(
        {{"quick", [](const std::string&) { return 900; }}, {"slow", [](const std::string&) {
                                                               // Costs nothing: the explorer's
                                                               // clock goes on when nobody else
                                                               // can.
                                                               std::this_thread::sleep_for(24h);
                                                               return 800;
                                                             }}});
    const auto best = buyer.cheapest("a kettle");
    ASSERT_TRUE(best);
    EXPECT_EQ(best->cents, 800);
  };
}

TEST(QuotesExplored, NoOrderForgetsAnOffer) {
  contract("However the answers come in, the lowest one is found, and the buyer is done.");
  EXPLORE({.schedules = enough}) {
    const Buyer buyer({{"north", [](const std::string&) { return 900; }},
                       {"none", [](const std::string&) { return std::nullopt; }},
                       {"south", [](const std::string&) { return 800; }}});
    const auto best = buyer.cheapest("a kettle");
    ASSERT_TRUE(best);
    EXPECT_EQ(best->cents, 800);
  };
}

}  // namespace
