// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of Result, capture and OneShot that other engineers have written.
//
// A property is a good start: "whatever the work throws, that is what arrives", "a Result always
// holds exactly one of the two". Try it with values that are hard to carry
// (support/awkward_types.hpp) and with many threads.
#include <gtest/gtest.h>

#include "02-result/result.hpp"
#include "support/awkward_types.hpp"

TEST(MyResult, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of Result and run_result: what holds for every value, "
            "every exception and every owner?";
}
