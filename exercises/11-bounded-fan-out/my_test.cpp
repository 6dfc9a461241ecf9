// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of the four headers that other engineers have written.
//
// A property test states what holds whatever happens ("never more than the limit at once, every job
// exactly once, and when it returns nobody is inside") and tries many cases. A gauge that goes up
// on entry and down on exit, and remembers its highest mark, sees most of what can go wrong here.
#include <gtest/gtest.h>

#include "11-bounded-fan-out/bounded_group.hpp"
#include "11-bounded-fan-out/for_each_bounded.hpp"
#include "11-bounded-fan-out/semaphore.hpp"
#include "11-bounded-fan-out/worker_pool.hpp"

TEST(MyFanOut, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of the semaphore, the group, for_each_bounded or the "
            "pool: let many ask for little room, let some give up, and check what must hold.";
}
