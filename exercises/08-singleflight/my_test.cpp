// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of SingleFlight and UserLoader that other engineers have written.
//
// A stress test lets many threads do the same thing many times; a property test states what holds
// whatever happens ("a key never has two flights in the air") and tries many cases. Start the
// threads together with a std::latch; a test that must hold an order uses gates, never a sleep.
#include <gtest/gtest.h>

#include "08-singleflight/singleflight.hpp"

TEST(MySingleFlight, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of SingleFlight: let callers of few keys meet, some "
            "of them impatient, and check what must hold for the others.";
}
