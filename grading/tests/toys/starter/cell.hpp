#pragma once

#include "support/todo.hpp"

namespace promissory {

/// A number that many threads can add to. All members are thread-safe.
class Cell {
 public:
  void add([[maybe_unused]] int amount) { todo("Cell::add: add the amount under a lock."); }

  int get() const { todo("Cell::get: read the number under the same lock."); }

  /// Adds what `fn()` returns, from a thread of its own; nothing when it throws.
  template <class F>
  void add_later([[maybe_unused]] F fn) {
    todo("Cell::add_later: start a thread that adds what fn returns.");
  }

  /// Returns when everything that was to be added later has been added.
  void wait() { todo("Cell::wait: join the threads."); }
};

}  // namespace promissory
