// Can anything still happen in this process?
#pragma once

#include <sys/types.h>

#include <map>

#include "support/threads.hpp"

namespace promissory::support {

/// Finds out, in looks that follow one another, whether all threads wait for each other.
///
/// Why it is sound: a look notes for each thread that it is asleep in a wait that only another
/// thread can end, and how often it was switched away before. When the next look finds the same
/// threads, asleep again and never switched in between, then no thread ran from its first look to
/// its second: there is a moment, between the two looks, at which all of them slept, and nobody was
/// left to wake one.
class DeadlockDetector {
 public:
  /// @return true when this look and the one before prove a deadlock
  bool look();

  void forget() { last_look_.clear(); }

 private:
  using Look = std::map<pid_t, Rest>;

  Look last_look_;
};

}  // namespace promissory::support
