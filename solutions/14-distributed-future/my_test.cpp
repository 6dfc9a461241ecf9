// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of DistributedFutures and RedisCoordinator that other engineers have written.
//
// A property holds whatever happens: "whoever fails, and whoever comes first, everybody gets the
// same value, and nobody computes beside another". support/memory_coordinator.hpp needs no server;
// support/observed_coordinator.hpp lets you act, or break the connection, at every step.
#include <gtest/gtest.h>

#include "14-distributed-future/distributed_future.hpp"

TEST(MyDistributedFutures, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of DistributedFutures: let several ask for one key, "
            "let some of them fail, and check what must hold for all of them.";
}
