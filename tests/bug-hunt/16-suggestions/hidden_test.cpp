#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "bug-hunt/16-suggestions/suggestions.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Dictionary;
using promissory::Suggestions;
using promissory::Words;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

Dictionary knows(const Words& words) {
  return [words](const std::string&) { return words; };
}

TEST(SuggestionsHidden, WordsInTimeAreShown) {
  contract("What the dictionary finds in time is suggested, as much of it as there is room for.");
  Suggestions suggestions(knows({"kettle", "key", "keen"}), 1h, 2);
  EXPECT_EQ(suggestions.suggest("ke"), (Words{"kettle", "key"}));
  EXPECT_EQ(suggestions.suggest("ke"), (Words{"kettle", "key"}));
  EXPECT_EQ(suggestions.given_up(), 0);
}

TEST(SuggestionsHidden, NothingTypedIsNothingToLookUp) {
  contract("Before the first letter the dictionary is left in peace.");
  std::atomic<int> asked{0};
  Suggestions suggestions([&](const std::string&) { return ++asked, Words{"word"}; }, 1h, 5);
  EXPECT_EQ(suggestions.suggest(""), Words());
  EXPECT_EQ(asked, 0);
}

TEST(SuggestionsHidden, ADictionaryThatFailsSuggestsNothing) {
  contract("An error of the dictionary is no error of whoever types.");
  Suggestions suggestions([](const std::string&) -> Words { throw std::runtime_error("moths"); },
                          1h, 5);
  EXPECT_EQ(suggestions.suggest("ke"), Words());
  EXPECT_EQ(suggestions.given_up(), 0);
}

TEST(SuggestionsHidden, TypingGoesOnLetterByLetter) {
  contract("However many letters are typed, none of them waits for the dictionary.");
  const auto found = std::make_shared<Gate>();
  const AtTheEnd find([found] { found->open(); });
  Suggestions suggestions(
      [found](const std::string&) {
        found->wait();
        return Words{};
      },
      0ms, 5);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(suggestions.suggest("k"), Words());
  EXPECT_EQ(suggestions.given_up(), 10);
}

TEST(SuggestionsHidden, ABoxCanBeClosedAtAnyTime) {
  contract("A box that is closed while the dictionary still searches is closed at once.");
  const auto found = std::make_shared<Gate>();
  const AtTheEnd find([found] { found->open(); });
  auto suggestions = std::make_unique<Suggestions>(
      [found](const std::string&) {
        found->wait();
        return Words{};
      },
      0ms, 5);
  EXPECT_EQ(suggestions->suggest("k"), Words());
  suggestions.reset();
}

}  // namespace
