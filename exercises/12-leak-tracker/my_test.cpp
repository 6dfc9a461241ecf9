// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of Tracker that other engineers have written.
//
// A property holds whatever happens: "however futures end and in whatever thread, what is created
// is what has ended and what is in flight, in every scrape". support/metrics_text.hpp reads the
// text; support/manual_clock.hpp is a clock that you move.
#include <gtest/gtest.h>

#include "12-leak-tracker/tracker.hpp"

TEST(MyTracker, FailsOnAWrongVersion) {
  FAIL()
      << "Write a stress or property test of Tracker: let futures end in every way there is, and "
         "check what report() and metrics() must say whoever comes first.";
}
