#include <gtest/gtest.h>

#include "@FOLDER@/letter_box.hpp"
#include "support/contract.hpp"

namespace {

TEST(LetterBoxHidden, ALetterStaysInTheBox) {
  promissory::support::contract("A letter that was put can be taken later, and more than once.");
  promissory::LetterBox box;
  box.put(7);
  EXPECT_EQ(box.take(), 7);
  EXPECT_EQ(box.take(), 7);
}

}  // namespace
