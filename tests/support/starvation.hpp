// On a machine that is too busy, a test is late through no fault of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>

#include "support/threads.hpp"

namespace promissory::support {

/// How long did this process want a processor and have none?
class Starvation {
 public:
  /// What was before does not count any more.
  void begin() {
    beginning_ = look_at_threads();
    last_.reset();
  }

  /// @return the longest time since the beginning that a living thread was ready to run and did
  ///     not, less the time that the process did run: threads that only keep each other from the
  ///     processors starve nobody. Zero where the kernel does not count it. Nothing when it is not
  ///     known: the kernel counts a wait when it is over, and that one goes on is seen by its
  ///     having done so at the last call, too.
  std::optional<std::chrono::nanoseconds> since_beginning();

 private:
  struct Look {
    std::map<pid_t, Share> shares;
    std::chrono::nanoseconds ran{};
    std::chrono::steady_clock::time_point when;
  };

  static Look look_at_threads();

  Look beginning_;
  std::optional<Look> last_;
};

}  // namespace promissory::support
