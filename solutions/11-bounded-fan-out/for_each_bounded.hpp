// Many jobs, few threads: workers that pull.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "07-task-group/task_group.hpp"

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
Result<Unit> for_each_bounded(Range&& range, std::size_t limit, F fn, std::stop_token token = {}) {
  if (limit == 0) throw std::invalid_argument("for_each_bounded() with nobody to do the work");
  using Iterator = std::ranges::iterator_t<Range>;
  std::mutex mutex;
  Iterator next = std::ranges::begin(range);  // guarded by mutex
  const auto end = std::ranges::end(range);
  const auto take = [&]() -> std::optional<Iterator> {
    std::lock_guard lock(mutex);
    if (next == end) return std::nullopt;
    return next++;
  };

  const auto work = [&](const std::stop_token& stop) -> Result<Unit> {
    // The look at the token comes after the take: a stop counts only if it leaves something undone.
    while (const std::optional<Iterator> item = take()) {
      if (stop.stop_requested()) {
        return failure(std::system_error(std::make_error_code(std::errc::operation_canceled)));
      }
      const auto outcome = capture([&]() -> decltype(auto) {
        if constexpr (std::is_invocable_v<F&, std::iter_reference_t<Iterator>, std::stop_token>) {
          return std::invoke(fn, **item, stop);
        } else {
          return std::invoke(fn, **item);
        }
      });
      if (!outcome) return Failure(outcome.error());
    }
    return Unit{};
  };

  const auto items = static_cast<std::size_t>(std::ranges::distance(range));
  TaskGroup workers(std::move(token));  // last: joined before anything that they use is gone
  for (std::size_t i = std::min(limit, items); i > 0; --i) workers.go(work);
  return workers.wait();
}

}  // namespace promissory
