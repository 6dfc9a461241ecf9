// What processes agree through: values that expire, locks that expire, and news.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>

namespace promissory {

/// Until when somebody waits, and who may end it before.
struct Patience {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token token = {};

  /// @throws std::system_error with std::errc::operation_canceled when the token has been stopped,
  ///     or else with std::errc::timed_out when the deadline has passed
  void check() const {
    if (token.stop_requested()) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      throw std::system_error(std::make_error_code(std::errc::timed_out));
    }
  }
};

/// The server could not be reached, or the connection broke before it answered. What was asked for
/// may have been done or not: nobody here knows.
class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Tells when there is news of one key.
class Subscription {
 public:
  Subscription() = default;
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  virtual ~Subscription() = default;

  /// Returns when there was news since it was subscribed, or since the last call returned.
  /// @throws Unreachable when the connection is gone, and with it perhaps some news
  /// @throws std::system_error with std::errc::timed_out or std::errc::operation_canceled when
  ///     patience ends first
  virtual void wait(const Patience& patience) = 0;
};

/// Each member is one step for all processes: nobody sees half of it. A lock belongs to an owner,
/// who is whoever knows its name, and ends by itself after its time to live.
///
/// Every member that is given patience may throw Unreachable, and std::system_error with
/// std::errc::timed_out or std::errc::operation_canceled when patience ends before the answer has
/// come; then, too, what was asked for may have been done.
/// Thread-safety: all members may be called from any threads at once.
class Coordinator {
 public:
  using Milliseconds = std::chrono::milliseconds;

  Coordinator() = default;
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;
  virtual ~Coordinator() = default;

  /// @return the bytes that were published for `key`, while they have not expired
  virtual std::optional<std::string> value(const std::string& key, const Patience& patience) = 0;

  /// What came of lock().
  struct Attempt {
    std::uint64_t fence = 0;  ///< greater than all before it, for any key; 0: somebody else has it
    Milliseconds remaining{0};  ///< how long that one has it, unless it is renewed
  };

  /// Takes the lock of `key` if it is free. Whoever has it already takes it anew, with a new fence:
  /// so one whose answer was lost may ask again.
  /// @param ttl the lock is free again after that; at least a millisecond
  virtual Attempt lock(const std::string& key, const std::string& owner, Milliseconds ttl,
                       const Patience& patience) = 0;

  /// @return true if `owner` has the lock, which now has `ttl` left; false changes nothing
  virtual bool renew(const std::string& key, const std::string& owner, Milliseconds ttl,
                     const Patience& patience) = 0;

  /// If `owner` has the lock: keeps the value for `ttl`, frees the lock, and tells all subscribers.
  /// @return false if `owner` has it not; then nothing was changed
  virtual bool publish(const std::string& key, const std::string& owner, const std::string& value,
                       Milliseconds ttl, const Patience& patience) = 0;

  /// If `owner` has the lock: frees it, and tells all subscribers. Waits for nothing, and does
  /// nothing when the server cannot be reached: the lock ends by itself.
  virtual void release(const std::string& key, const std::string& owner) noexcept = 0;

  /// @return what hears of everything that happens to `key` from now on
  virtual std::unique_ptr<Subscription> subscribe(const std::string& key,
                                                  const Patience& patience) = 0;
};

}  // namespace promissory
