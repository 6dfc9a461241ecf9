// A gate forces an order between threads without a clock.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace promissory::support {

/// Closed until somebody opens it, open for ever after. All members are thread-safe.
class Gate {
 public:
  void open() {
    // Notified under the lock: the waiter may destroy the gate as soon as it sees it open.
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }

  /// @return true once the gate is open, false if `token` was stopped first
  bool wait(const std::stop_token& token) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, token, [&] { return open_; });
  }

  bool is_open() const {
    std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool open_ = false;
};

/// Open at the end of the test at the latest, however the test ends.
struct HeldGate : Gate {
  ~HeldGate() { open(); }
};

}  // namespace promissory::support
