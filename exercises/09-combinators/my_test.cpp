// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of the combinators that other engineers have written.
//
// A combinator is a small function of how its inputs end and in which order. Three inputs can end
// in a few dozen ways: try them all, and compare with what the definition says. Settle the inputs
// from the test itself, by their resolvers; then nothing depends on luck.
#include <gtest/gtest.h>

#include "09-combinators/combinators.hpp"

TEST(MyCombinators, FailsOnAWrongVersion) {
  FAIL() << "Write a property test: for every way in which a few inputs can end, in every order in "
            "time, check the outcome, when it is there, and whether the losers were asked to stop.";
}
