// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of TaskGroup and fetch_profile that other engineers have written.
//
// A property test states what holds whatever happens ("when wait() returns, every child that was
// started has returned, and the error is that of the first which failed") and tries many cases: who
// fails, who listens to its token, who starts others, who comes first. Start threads together with
// a std::latch; a test that must hold an order uses gates, never a sleep.
#include <gtest/gtest.h>

#include "07-task-group/profile.hpp"
#include "07-task-group/task_group.hpp"

TEST(MyTaskGroup, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of TaskGroup or fetch_profile: let children fail, "
            "listen, and start others, and check what must hold when wait() has returned.";
}
