#include <gtest/gtest.h>

#include "bug-hunt/15-glossary/glossary.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Glossary;
using promissory::support::contract;

TEST(GlossaryExplored, NoOrderLosesAWord) {
  contract("However looking up and learning take turns, every word is there.");
  EXPLORE({}) {
    Glossary glossary;
    glossary.learn("kettle", "Kessel");
    const auto lookup = glossary.look_up("kettles");
    glossary.learn("cup", "Tasse");
    EXPECT_EQ(lookup->take(), "Kessel");
    EXPECT_EQ(glossary.look_up("cup")->take(), "Tasse");
  };
}

}  // namespace
