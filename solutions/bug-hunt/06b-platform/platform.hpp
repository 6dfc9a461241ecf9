// The platform that a train leaves from. Passengers wait in the hall until it is announced.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>

namespace promissory {

/// The departure of one train. All members are thread-safe.
class Departure {
 public:
  /// @return false when a platform was announced before, which stays
  /// @throws std::invalid_argument for a platform that no station has
  bool announce(int platform) {
    if (platform < 1) throw std::invalid_argument("there is no such platform");
    const std::lock_guard lock(mutex_);
    if (platform_ || is_cancelled_) return false;
    platform_ = platform;
    changed_.notify_all();
    return true;
  }

  /// The train does not run.
  /// @return false when a platform was announced before: then it does
  bool cancel() {
    const std::lock_guard lock(mutex_);
    if (platform_) return false;
    is_cancelled_ = true;
    changed_.notify_all();
    return true;
  }

  /// Waits until the platform is announced.
  /// @return nothing when the train does not run
  /// @throws std::system_error (operation_canceled) when `leave` is requested first
  std::optional<int> platform(const std::stop_token& leave = {}) const {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, leave, [&] { return platform_ || is_cancelled_; })) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    return platform_;
  }

  /// For the board in the hall. Does not wait.
  /// @return nothing while no platform is announced
  std::optional<int> platform_if_announced() const {
    const std::lock_guard lock(mutex_);
    return platform_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::optional<int> platform_;
  bool is_cancelled_ = false;
};

}  // namespace promissory
