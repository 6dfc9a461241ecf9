// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of Promise that other engineers have written.
//
// A stress test lets many threads do the same thing many times; a property test states what holds
// whatever happens ("exactly one of the callers wins, and every awaiter sees the winner's value")
// and tries many cases. Start the threads together with a std::latch, send the early awaiters to
// sleep with a ParkingSpot, never with a sleep.
#include <gtest/gtest.h>

#include "04-once-promise/promise.hpp"
#include "support/parked.hpp"

TEST(MyOncePromise, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of Promise: race several resolvers and awaiters, then "
            "check what must hold whoever wins.";
}
