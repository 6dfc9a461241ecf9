// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of DeadlineFuture and DeadlineTimer that other engineers have written.
//
// A property holds whatever happens: "whoever brings the deadline forward and whoever comes first,
// everybody gets the same outcome, and work that was too late has been told to stop". Do not
// measure how long something takes: a loaded machine is as slow as it likes.
#include <gtest/gtest.h>

#include "13-deadline-propagation/deadline_future.hpp"

TEST(MyDeadlines, FailsOnAWrongVersion) {
  FAIL()
      << "Write a stress or property test of DeadlineFuture: let deadlines, stops and the end of "
         "the work meet, and check what must hold whoever comes first.";
}
