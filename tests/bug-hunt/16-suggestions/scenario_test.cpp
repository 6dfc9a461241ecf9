#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "bug-hunt/16-suggestions/suggestions.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Suggestions;
using promissory::Words;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::stacks_of_the_others;
using promissory::support::wait_until_quiet;
using namespace std::chrono_literals;

TEST(Suggestions, ASlowDictionaryKeepsNobodyFromTyping) {
  contract("When patience is over, typing goes on, whatever the dictionary does.");
  const auto found = std::make_shared<Gate>();
  Suggestions suggestions(
      [found](const std::string& typed) {
        found->wait();
        return Words{typed + "ttle"};
      },
      0ms, 5);
  std::atomic<bool> can_type{false};
  std::string stacks;
  {
    std::jthread typing([&] {
      EXPECT_EQ(suggestions.suggest("ke"), Words());
      can_type = true;
    });
    wait_until_quiet();
    if (!can_type) stacks = stacks_of_the_others();
    EXPECT_TRUE(can_type) << "before the dictionary has answered; everybody waits:\n" << stacks;
    found->open();
  }
  EXPECT_EQ(suggestions.given_up(), 1);
}

}  // namespace
