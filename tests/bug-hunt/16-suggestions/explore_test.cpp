#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "bug-hunt/16-suggestions/suggestions.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Suggestions;
using promissory::Words;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(SuggestionsExplored, PatienceIsTheLongestWait) {
  contract("Nobody is kept from typing for longer than his patience.");
  EXPLORE({}) {
    Suggestions suggestions(
        [](const std::string&) {
          // Costs nothing: the explorer's clock goes on when nobody else can.
          std::this_thread::sleep_for(24h);
          return Words{"kettle"};
        },
        1h, 5);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(suggestions.suggest("ke"), Words());
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2h);
    // Not to be left behind at the end.
    std::this_thread::sleep_for(48h);
  };
}

}  // namespace
