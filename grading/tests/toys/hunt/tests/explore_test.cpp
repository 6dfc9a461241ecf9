#include <gtest/gtest.h>

#include <thread>

#include "@FOLDER@/letter_box.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

TEST(LetterBoxExplored, WhoeverWaitsIsTold) {
  promissory::support::contract("In every order the letter arrives.");
  EXPLORE({.schedules = 50}) {
    promissory::LetterBox box;
    std::jthread taker([&] { EXPECT_EQ(box.take(), 7); });
    box.put(7);
  };
}

}  // namespace
