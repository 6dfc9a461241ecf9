// Many values, in the order in which they were put.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <utility>

#include "support/promise_ledger.hpp"

namespace promissory::house {

/// Any number of givers and takers. There is room for everything: nobody who puts ever waits.
///
/// All members are thread-safe. It stands in the test's books as a promise that is kept when it is
/// closed.
template <class T>
class Queue {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param label what is promised; a string that lives as long as the program
  static std::shared_ptr<Queue> make(const char* label,
                                     std::source_location where = std::source_location::current()) {
    return std::shared_ptr<Queue>(new Queue(label, where));
  }

  /// @throws std::logic_error when it is closed
  void put(T value) {
    std::lock_guard lock(mutex_);
    if (is_closed_) throw std::logic_error("this queue is closed");
    values_.push_back(std::move(value));
    changed_.notify_all();
  }

  /// Nothing will be put any more; what is inside can still be taken. More than once is as good as
  /// once.
  void close() {
    std::lock_guard lock(mutex_);
    is_closed_ = true;
    promise_.settled();
    changed_.notify_all();
  }

  /// Blocks until there is a value.
  /// @return nothing when the queue is closed and empty: that was all
  std::optional<T> take() {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    changed_.wait(lock, [&] { return !values_.empty() || is_closed_; });
    return next();
  }

  /// The same, but no longer than `patience`.
  std::optional<T> take_for(Duration patience) {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    changed_.wait_for(lock, patience, [&] { return !values_.empty() || is_closed_; });
    return next();
  }

 private:
  Queue(const char* label, const std::source_location& where) : promise_(label, where) {}

  std::optional<T> next() {
    if (values_.empty()) return std::nullopt;
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
  bool is_closed_ = false;
  support::LedgerEntry promise_;
};

}  // namespace promissory::house
