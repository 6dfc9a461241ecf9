// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of the two headers that other engineers have written.
//
// A property holds whatever the rooms and the speeds are: never more is alive than the rooms and
// the stages hold, every item comes out once, and items of one producer stay in order. A Parcel of
// support/parcel.hpp counts itself; send many through chains of many shapes.
#include <gtest/gtest.h>

#include "s1-back-pressure/bounded_queue.hpp"
#include "s1-back-pressure/chain.hpp"
#include "support/parcel.hpp"

TEST(MyBackPressure, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of the queue or the chain: send many parcels through "
            "little room, and check how many are alive at once, and what comes out.";
}
