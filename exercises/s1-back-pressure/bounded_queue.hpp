// Room for so many: whoever puts in waits while it is full, whoever takes out while it is empty.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <stop_token>

#include "support/todo.hpp"

namespace promissory {

/// As much room as there is memory.
inline constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

/// A queue between threads that holds back whoever is too fast for it. First in, first out.
///
/// T is an object type that can be moved.
/// Thread-safety: all members may be called from any threads at once, except the destructor.
/// Source: the first stretch challenge of the practice tasks.
template <class T>
class BoundedQueue {
 public:
  /// @param room how many items may be in it, at least 1; or `unbounded`
  /// @throws std::invalid_argument when `room` is 0
  explicit BoundedQueue([[maybe_unused]] std::size_t room) {
    todo("BoundedQueue: keep how much room there is; none at all is refused.");
  }

  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  /// Puts `item` in, and waits while there is no room.
  /// @param item is moved from only when it is taken: whatever this throws, you still have it
  /// @param token ends the wait. Room that is there is taken, stopped or not.
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped before
  ///     there was room
  /// @throws std::logic_error when the queue is closed, or is while this waits
  void push([[maybe_unused]] T&& item, [[maybe_unused]] std::stop_token token = {}) {
    todo("BoundedQueue::push: wait for room, a stop or the end; put the item in, wake one.");
  }

  /// Like push(), but never waits.
  /// @return false when there is no room; `item` is as it was then
  /// @throws std::logic_error when the queue is closed
  bool try_push([[maybe_unused]] T&& item) {
    todo("BoundedQueue::try_push: like push(), but say at once when there is no room.");
  }

  /// Takes the oldest item out, and waits while there is none.
  /// @return nothing once the queue is closed and empty
  std::optional<T> pop() {
    todo("BoundedQueue::pop: wait for an item or the end; take the oldest out, wake one.");
  }

  /// Takes no more items; those that are in can still be taken out. Whoever waits is told. Does not
  /// wait; may be called again.
  void close() { todo("BoundedQueue::close: take no more items, and wake everybody who waits."); }
};

}  // namespace promissory
