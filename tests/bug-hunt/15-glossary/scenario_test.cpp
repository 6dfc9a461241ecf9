#include <gtest/gtest.h>

#include <string>

#include "bug-hunt/15-glossary/glossary.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Glossary;
using promissory::support::contract;

TEST(Glossary, ItCanLearnWhileSomebodyLooksUp) {
  contract("A word is found while another one is learnt.");
  Glossary glossary;
  glossary.learn("kettle", "Kessel");
  const auto lookup = glossary.look_up("kettles");
  glossary.learn("cup", "Tasse");
  EXPECT_EQ(lookup->take(), "Kessel");
}

}  // namespace
