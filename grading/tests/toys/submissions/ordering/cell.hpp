#pragma once

#include <mutex>
#include <thread>
#include <vector>

namespace promissory {

/// A number that many threads can add to. All members are thread-safe.
class Cell {
 public:
  void add(int amount) {
    const int before = get();
    std::lock_guard lock(mutex_);
    value_ = before + amount;
  }

  int get() const {
    std::lock_guard lock(mutex_);
    return value_;
  }

  /// Adds what `fn()` returns, from a thread of its own; nothing when it throws.
  template <class F>
  void add_later(F fn) {
    threads_.emplace_back([this, fn] {
      try {
        add(fn());
      } catch (...) {
        return;
      }
    });
  }

  /// Returns when everything that was to be added later has been added.
  void wait() { threads_.clear(); }

 private:
  mutable std::mutex mutex_;
  int value_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace promissory
