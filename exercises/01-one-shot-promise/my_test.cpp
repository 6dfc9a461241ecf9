// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of run_async and get_within that other engineers have written.
//
// A stress test does the same thing many times with many threads; a property test states what holds
// whatever happens ("every future that is kept delivers its own value") and tries many cases. Use
// gates and latches to force an order, never a sleep.
#include <gtest/gtest.h>

#include "01-one-shot-promise/one_shot.hpp"
#include "support/gate.hpp"

TEST(MyOneShotPromise, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of run_async: what may a caller do with the future, "
            "and what must hold whatever it does?";
}
