// What a thread is about to do. A thread stops before each of these, says what it wants, and goes
// on when it has been chosen; whether it can be chosen is decided by the shadow of the object,
// never by the object itself.
#pragma once

#include <cstdint>

namespace promissory::explorer {

enum class Action : std::uint8_t {
  start,
  create,
  join,
  exit,
  body_end,
  lock,
  try_lock,
  unlock,
  lock_shared,
  try_lock_shared,
  unlock_shared,
  wait,
  wake,
  notify_one,
  notify_all,
  acquire,
  try_acquire,
  release,
  load,
  store,
  exchange,
  compare_exchange,
  fetch,
  futex_wait,
  futex_woken,
  futex_wake,
  once,
  once_done,
  sleep,
  clock,
  yield,
};

using Address = std::uintptr_t;
inline constexpr std::int64_t no_deadline = INT64_MAX;

struct Operation {
  Action action = Action::start;
  Address object = 0;
  /// The mutex that a wait releases and a wake takes again.
  Address other = 0;
  /// Virtual nanoseconds after which a timed operation gives up.
  std::int64_t deadline = no_deadline;
  /// Does it leave its objects as they were?
  bool only_reads = false;

  bool touches(Address address) const {
    return address != 0 && (address == object || address == other);
  }
};

/// Does their order matter? When it does not, one order of the two stands for both.
inline bool dependent(const Operation& a, const Operation& b) {
  if (!b.touches(a.object) && !b.touches(a.other)) return false;
  return !(a.only_reads && b.only_reads);
}

}  // namespace promissory::explorer
