// On a machine that is too busy, a test is late through no fault of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>

#include "support/threads.hpp"

namespace promissory::support {

/// How long did this process want a processor and have none?
class Starvation {
 public:
  Starvation() { since_last_look(); }

  /// @return the longest time since the last look that a living thread was ready to run and did
  ///     not, less the time that the process did run: threads that only keep each other from the
  ///     processors starve nobody. Zero where the kernel does not count it.
  std::chrono::nanoseconds since_last_look();

 private:
  std::map<pid_t, Share> shares_;
  std::chrono::steady_clock::time_point when_;
  std::chrono::nanoseconds ran_{};
};

}  // namespace promissory::support
