#include <gtest/gtest.h>

#include <thread>

#include "@FOLDER@/letter_box.hpp"
#include "support/contract.hpp"
#include "support/parked.hpp"

namespace {

TEST(LetterBox, WhoWaitsIsTold) {
  promissory::support::contract("Whoever waits for a letter gets it.");
  promissory::LetterBox box;
  promissory::support::ParkingSpot spot;
  std::jthread taker([&] {
    spot.arriving();
    box.take();
  });
  spot.wait_until_parked();
  box.put(7);
}

}  // namespace
