// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of CancellableOneShot that other engineers have written.
//
// There are three parties: the caller's token, the awaiter's token and the producer. Write down who
// may stop whom, and try the cases that are not in that list. Gates that nobody opens make good
// producers: they end when they are stopped, and only then.
#include <gtest/gtest.h>

#include "03-cancellation/cancellation.hpp"
#include "support/gate.hpp"

TEST(MyCancellation, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of run_cancellable: who is stopped by what, and what "
            "is still there afterwards?";
}
