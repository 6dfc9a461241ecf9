// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of then, map and recover that other engineers have written.
//
// A pipeline is a function that is composed of its stages. So build many of them at random, and
// compare each with the same steps in a plain loop; a pseudo-random generator with a fixed seed
// makes the same pipelines every time.
#include <gtest/gtest.h>

#include "10-pipeline/pipeline.hpp"

TEST(MyPipeline, FailsOnAWrongVersion) {
  FAIL() << "Write a property test: build pipelines of every kind of stage on a future that is "
            "ready, pending or dropped, and check that they end like the same steps in a loop.";
}
