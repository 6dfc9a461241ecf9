#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "bug-hunt/01-start-page/start_page.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::StartPage;
using promissory::User;
using promissory::support::contract;
using namespace std::chrono_literals;

struct Directory : promissory::Directory {
  User find(int id) override { return {id, "Ada"}; }
};

TEST(StartPageExplored, AnAnswerWaitsUntilItIsFetched) {
  contract("A name that is found long before the greeting is written is not lost.");
  EXPLORE({}) {
    StartPage page(std::make_shared<Directory>());
    const auto lookup = page.look_up(1);
    // Costs nothing: the explorer's clock goes on when nobody else can.
    std::this_thread::sleep_for(24h);
    EXPECT_EQ(page.greeting(lookup, 1h), "Good to see you, Ada");
  };
}

TEST(StartPageExplored, NoOrderLeavesAThreadBehind) {
  contract("Whether the answer or the end of patience comes first, nothing stays behind.");
  EXPLORE({}) {
    StartPage page(std::make_shared<Directory>());
    const auto lookup = page.look_up(1);
    const auto greeting = page.greeting(lookup, 0ms);
    EXPECT_TRUE(greeting == "Good to see you" || greeting == "Good to see you, Ada") << greeting;
  };
}

}  // namespace
