#include <gtest/gtest.h>

#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bug-hunt/15-glossary/glossary.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Glossary;
using promissory::support::contract;

TEST(GlossaryHidden, WordsAndTheirPluralsAreFound) {
  contract("A word is found as it stands and as a plural; one that is not there is not.");
  Glossary glossary;
  glossary.learn("box", "Kiste");
  glossary.learn("glass", "Glas");
  EXPECT_EQ(glossary.look_up("box")->take(), "Kiste");
  EXPECT_EQ(glossary.look_up("boxes")->take(), "Kiste");
  EXPECT_EQ(glossary.look_up("glass")->take(), "Glas");
  EXPECT_EQ(glossary.look_up("spoon")->take(), std::nullopt);
  EXPECT_EQ(glossary.lookups(), 4U);
}

TEST(GlossaryHidden, AMeaningCanChange) {
  contract("Who looks a word up after it was given another meaning finds that one.");
  Glossary glossary;
  glossary.learn("bank", "Ufer");
  EXPECT_EQ(glossary.look_up("bank")->take(), "Ufer");
  glossary.learn("bank", "Bank");
  EXPECT_EQ(glossary.look_up("bank")->take(), "Bank");
}

TEST(GlossaryHidden, ManyTranslatorsAtOnce) {
  contract("Everybody can look up and learn at the same time.");
  constexpr int translators = 4;
  Glossary glossary;
  glossary.learn("word", "Wort");
  std::latch all_there(translators);
  std::vector<std::jthread> desk;
  for (int i = 0; i < translators; ++i) {
    desk.emplace_back([&, i] {
      all_there.arrive_and_wait();
      for (int j = 0; j < 10; ++j) {
        const auto lookup = glossary.look_up("words");
        glossary.learn("new " + std::to_string(10 * i + j), "neu");
        EXPECT_EQ(lookup->take(), "Wort");
      }
    });
  }
  desk.clear();
  for (int i = 0; i < 10 * translators; ++i) {
    EXPECT_EQ(glossary.look_up("new " + std::to_string(i))->take(), "neu");
  }
}

TEST(GlossaryHidden, ALookupThatNobodyTakesLeavesNothingBehind) {
  contract("A lookup that is not taken harms nobody.");
  Glossary glossary;
  glossary.look_up("word");
  glossary.learn("word", "Wort");
}

}  // namespace
