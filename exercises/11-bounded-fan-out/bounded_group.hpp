// A task group that lets only so many in at a time.
#pragma once

#include <cstddef>
#include <exception>
#include <limits>
#include <stop_token>

#include "02-result/result.hpp"
#include "07-task-group/task_group.hpp"
#include "support/todo.hpp"

namespace promissory {

/// A TaskGroup whose go() waits until there is a place. Whoever starts children is held back to the
/// speed at which they end, and there are never more of them than the limit.
///
/// Other than a TaskGroup, it takes nobody in once it has been stopped: of ten thousand children
/// that a loop was going to start, those that are left are not begun in vain.
///
/// A child that calls go() on a full group of its own waits for a place that it may be holding
/// itself. Children start others with try_go().
///
/// Thread-safety: all members but set_limit() may be called from any threads at once.
/// Source: Task 11 of the practice tasks.
class BoundedGroup {
 public:
  /// The limit of a group that has been given none.
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  /// @param parent when it is stopped, so is the group; the other way round nothing happens
  explicit BoundedGroup([[maybe_unused]] std::stop_token parent = {}) {
    // TODO: keep a TaskGroup. (todo() here would fail every test with the same sentence.)
  }

  /// Says how many children may run at the same time.
  /// @param limit `unlimited`, or at least 1
  /// @throws std::invalid_argument for 0, with which every go() would wait for ever
  /// @throws std::logic_error while a child is running: it has been let in under another limit
  void set_limit([[maybe_unused]] std::size_t limit) {
    todo("BoundedGroup::set_limit: keep the limit, unless it is 0 or a child is running.");
  }

  /// Waits for a place, then starts a child as TaskGroup::go() does. The place is free again when
  /// the child has returned, its failure, if any, has stopped the group, and `fn` is destroyed.
  /// @throws std::system_error with std::errc::operation_canceled when the group has been stopped,
  ///     or is while this waits; `fn` is not called then
  /// @throws what TaskGroup::go() throws, for the same reasons
  template <class F>
  void go([[maybe_unused]] F fn) {
    todo(
        "BoundedGroup::go: wait for a place or a stop, then start fn, which gives its place back.");
  }

  /// Like go(), but never waits.
  /// @return false when there is no place, or the group has been stopped; `fn` is not called then
  template <class F>
  bool try_go([[maybe_unused]] F fn) {
    todo(
        "BoundedGroup::try_go: start fn if there is a place now, otherwise say that there is "
        "none.");
  }

  /// As in TaskGroup.
  std::stop_token token() const { todo("BoundedGroup::token: ask the TaskGroup."); }
  bool request_stop() { todo("BoundedGroup::request_stop: ask the TaskGroup."); }
  Result<Unit> wait() { todo("BoundedGroup::wait: ask the TaskGroup."); }
  std::exception_ptr cause() const { todo("BoundedGroup::cause: ask the TaskGroup."); }
};

}  // namespace promissory
