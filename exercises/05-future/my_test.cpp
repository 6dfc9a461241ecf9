// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of Future and Resolver that other engineers have written.
//
// A stress test lets many threads do the same thing many times; a property test states what holds
// whatever happens ("every callback that was registered runs exactly once, with the outcome that
// await() gives") and tries many cases. Start the threads together with a std::latch; a test that
// must hold an order uses gates, never a sleep.
#include <gtest/gtest.h>

#include "05-future/future.hpp"

TEST(MyFuture, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of Future and Resolver: let awaiters, callbacks and "
            "the end of the resolver meet, and check what must hold whoever comes first.";
}
