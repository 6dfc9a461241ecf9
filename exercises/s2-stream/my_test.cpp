// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of the two headers that other engineers have written.
//
// A property holds wherever the reader stops: what has been read is the beginning of what was sent,
// all of it and in order; whoever sends hears that the reader has left; and no thread is left. Try
// every place at which one can stop, leave, or throw.
#include <gtest/gtest.h>

#include "s2-stream/stages.hpp"
#include "s2-stream/stream.hpp"

TEST(MyStream, FailsOnAWrongVersion) {
  FAIL() << "Write a property test of streams: send many values through stages, leave or stop in "
            "many places, and check what was read and that whoever sends has heard of it.";
}
