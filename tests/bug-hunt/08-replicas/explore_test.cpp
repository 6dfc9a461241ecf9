#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "bug-hunt/08-replicas/replicas.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::ReplicatedReader;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(ReplicasExplored, AQuickAnswerIsTakenAtOnce) {
  contract("An answer is taken when it is there: patience is for those that are not.");
  EXPLORE({}) {
    ReplicatedReader reader([](const std::string& key) { return key + " of the first"; },
                            [](const std::string& key) { return key + " of the second"; }, 1h);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(reader.read("name"), "name of the first");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1h);
  };
}

TEST(ReplicasExplored, ASlowOneIsHedged) {
  contract("However the answers come in, a slow replica does not make a slow read.");
  EXPLORE({}) {
    ReplicatedReader reader(
        [](const std::string& key) {
          // Costs nothing: the explorer's clock goes on when nobody else can.
          std::this_thread::sleep_for(24h);
          return key + " of the first";
        },
        [](const std::string& key) { return key + " of the second"; }, 1h);
    EXPECT_EQ(reader.read("name"), "name of the second");
  };
}

}  // namespace
