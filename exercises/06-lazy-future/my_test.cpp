// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of Lazy and RetryLazy that other engineers have written.
//
// A stress test lets many threads do the same thing many times; a property test states what holds
// whatever happens ("an awaiter that does not give up never gets an error that says so") and tries
// many cases. Start the threads together with a std::latch; a test that must hold an order uses
// gates, never a sleep.
#include <gtest/gtest.h>

#include "06-lazy-future/lazy.hpp"

TEST(MyLazy, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of Lazy and RetryLazy: let patient and impatient "
            "awaiters meet, and check what the patient ones get.";
}
