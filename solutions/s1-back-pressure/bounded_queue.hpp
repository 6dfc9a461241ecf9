// Room for so many: whoever puts in waits while it is full, whoever takes out while it is empty.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <utility>

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
  explicit BoundedQueue(std::size_t room) : room_(room) {
    if (room == 0) throw std::invalid_argument("a queue without room takes nothing");
  }

  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  /// Puts `item` in, and waits while there is no room.
  /// @param item is moved from only when it is taken: whatever this throws, you still have it
  /// @param token ends the wait. Room that is there is taken, stopped or not.
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped before
  ///     there was room
  /// @throws std::logic_error when the queue is closed, or is while this waits
  void push(T&& item, std::stop_token token = {}) {
    std::unique_lock lock(mutex_);
    // Two conditions: with one, the single wake-up for room might go to somebody who waits for an
    // item, and both kinds would sleep on.
    if (!room_made_.wait(lock, token, [this] { return closed_ || has_room(); })) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    take(std::move(item));
  }

  /// Like push(), but never waits.
  /// @return false when there is no room; `item` is as it was then
  /// @throws std::logic_error when the queue is closed
  bool try_push(T&& item) {
    std::lock_guard lock(mutex_);
    if (!closed_ && !has_room()) return false;
    take(std::move(item));
    return true;
  }

  /// Takes the oldest item out, and waits while there is none.
  /// @return nothing once the queue is closed and empty
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    item_came_.wait(lock, [this] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    room_made_.notify_one();  // one place, one who waits
    return item;
  }

  /// Takes no more items; those that are in can still be taken out. Whoever waits is told. Does not
  /// wait; may be called again.
  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    room_made_.notify_all();
    item_came_.notify_all();
  }

 private:
  // Precondition of these: mutex_ is held.

  bool has_room() const { return items_.size() < room_; }

  void take(T&& item) {
    if (closed_) throw std::logic_error("an item for a queue that is closed");
    items_.push_back(std::move(item));
    item_came_.notify_one();  // one item, one who waits
  }

  const std::size_t room_;
  std::mutex mutex_;
  std::condition_variable_any room_made_;  // or it was closed
  std::condition_variable item_came_;      // or it was closed
  std::deque<T> items_;                    // guarded by mutex_
  bool closed_ = false;                    // guarded by mutex_
};

}  // namespace promissory
