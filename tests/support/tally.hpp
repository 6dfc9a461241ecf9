// A number that grows, and that one can wait for.
#pragma once

#include <condition_variable>
#include <mutex>

namespace promissory::support {

/// Counts events; others wait until there have been so many. All members are thread-safe.
class Tally {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  /// Waits until add() has been called `count` times, for ever if need be: the watchdog has a
  /// limit.
  void wait_for(int count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }

  int value() const {
    std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int count_ = 0;
};

}  // namespace promissory::support
