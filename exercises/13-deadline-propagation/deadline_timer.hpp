// Calls at points in time, all of them from one thread.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "05-future/future.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Calls functions at points in time, one after the other, from one thread for all of them. The
/// thread is there while there are calls to come and is joined like those of go(), so the process
/// waits at its end for what has not been called or cancelled.
///
/// Thread-safety: all members may be called from any threads at once, also from within a call.
/// Source: Task 13 of the practice tasks.
class DeadlineTimer {
 public:
  using Clock = std::chrono::steady_clock;

  /// Names one call that was asked for.
  struct Alarm {
    Clock::time_point when;
    std::uint64_t number;  ///< in the order in which they were asked for

    auto operator<=>(const Alarm&) const = default;
  };

  /// @return the timer of this process. Keep the pointer if you have calls to come.
  static std::shared_ptr<DeadlineTimer> instance() {
    static const auto timer = std::make_shared<DeadlineTimer>();
    return timer;
  }

  /// Calls `call` once, not before `when`: the earliest first, those of one time in the order in
  /// which they were asked for.
  /// @param when may have passed: then it is called at once, in the timer's thread all the same
  /// @param call should be short, for the others wait. No lock is held meanwhile, and what it
  ///     throws is dropped. It is destroyed when it was called.
  /// @throws std::system_error when there is no thread and none can be started; nothing is to come
  Alarm call_at([[maybe_unused]] Clock::time_point when,
                [[maybe_unused]] std::function<void()> call) {
    todo("DeadlineTimer::call_at: remember the call, and see to it that the thread wakes in time.");
  }

  /// Takes a call back, and destroys it before it returns.
  /// @return true if it will not be called; false if it was called, is being called, or was
  ///     cancelled before
  bool cancel([[maybe_unused]] const Alarm& alarm) {
    todo("DeadlineTimer::cancel: forget the call, if it has not begun, and say whether.");
  }

  /// @return how many calls are to come
  std::size_t pending() const { todo("DeadlineTimer::pending: count the calls that are to come."); }
};

}  // namespace promissory
