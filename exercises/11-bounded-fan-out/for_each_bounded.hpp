// Many jobs, few threads: workers that pull.
#pragma once

#include <cstddef>
#include <ranges>
#include <stop_token>

#include "02-result/result.hpp"
#include "07-task-group/task_group.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Calls `fn` for each item, at most `limit` calls at a time, and returns when none is under way.
/// There are as many threads as calls at a time, not as jobs: each thread takes the next item when
/// it has done one.
///
/// @param range is read by one thread at a time, and must keep its items where they are. The items
///     are taken in order; a call may change its own.
/// @param limit at least 1; no more threads are started than there are items
/// @param fn called as fn(item, token) or fn(item), by several threads at once. Fails by throwing,
///     or by returning a Result without a value. The first failure stops the rest: `token` is
///     stopped for the calls that are under way, and no other begins.
/// @param token when it is stopped, so is what the calls are handed, and no other begins
/// @return the first error, as it was thrown; std::system_error with std::errc::operation_canceled
///     when `token` was stopped before every item was done; otherwise success, also when it came
///     too late to keep anything from being done
/// @throws std::invalid_argument when `limit` is 0
/// @throws std::system_error when a thread cannot be started. No call is under way then; some items
///     may have been done.
/// Thread-safety: may be called from any thread. Source: Task 11 of the practice tasks.
template <std::ranges::forward_range Range, class F>
Result<Unit> for_each_bounded([[maybe_unused]] Range&& range, [[maybe_unused]] std::size_t limit,
                              [[maybe_unused]] F fn, [[maybe_unused]] std::stop_token token = {}) {
  todo(
      "for_each_bounded: start `limit` workers in a TaskGroup; each takes the next item, calls "
      "fn.");
}

}  // namespace promissory
