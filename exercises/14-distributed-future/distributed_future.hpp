// Values that are computed once for many processes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "14-distributed-future/coordinator.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Futures that processes share, one for each key. Whoever asks first computes the value; everybody
/// else, in whatever process, waits for it, and gets it from the coordinator until it expires. When
/// the one who computes dies, the next one computes.
///
/// At most one of them computes a key at a time, as long as their locks are renewed in time. A
/// process that was stopped for longer than its lock lives computes on beside its successor until
/// it hears of it: a lock is no fence. Such a latecomer changes nothing here, and gets the value of
/// the others; whatever else it writes has to be guarded with Lead::fence.
///
/// Thread-safety: all members may be called from any threads at once.
/// Source: Task 14 of the practice tasks.
class DistributedFutures {
 public:
  using Clock = std::chrono::steady_clock;

  struct Times {
    std::chrono::milliseconds lock{10'000};    ///< for how long the dead hold up the living
    std::chrono::milliseconds value{300'000};  ///< for how long a value is good
  };

  /// What whoever computes has to know.
  struct Lead {
    std::stop_token
        token;  ///< stopped when the caller's is, at its deadline, or when the lock is lost
    std::uint64_t fence;  ///< greater than that of everybody who computed before
  };
  using Compute = std::function<std::string(const Lead&)>;

  /// @param coordinator outlives this object
  explicit DistributedFutures(Coordinator& coordinator)
      : DistributedFutures(coordinator, Times()) {}
  DistributedFutures(Coordinator& coordinator, Times times)
      : coordinator_(coordinator), times_(times) {}

  /// Waits for the value of `key`, or computes it.
  /// @param compute called in this thread, more than once if the lock is lost meanwhile. If it does
  ///     not heed its token, the caller waits for it. What it throws, of any type, is thrown to
  ///     this caller and to nobody else, and not kept: the next one computes anew.
  /// @return any bytes
  /// @throws std::system_error with std::errc::timed_out when the deadline has passed, also because
  ///     the coordinator could not be reached until then; with std::errc::operation_canceled when
  ///     `token` was stopped, before the deadline or after it
  /// @throws whatever else the coordinator throws but Unreachable
  std::string get([[maybe_unused]] const std::string& key, [[maybe_unused]] const Compute& compute,
                  [[maybe_unused]] Clock::time_point deadline,
                  [[maybe_unused]] std::stop_token token = {}) {
    todo(
        "DistributedFutures::get: look for the value; else compute it under the lock, or wait for "
        "it.");
  }

 private:
  [[maybe_unused]] Coordinator& coordinator_;
  [[maybe_unused]] const Times times_;
};

}  // namespace promissory
