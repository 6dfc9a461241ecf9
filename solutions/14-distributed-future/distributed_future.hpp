// Values that are computed once for many processes.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "02-result/result.hpp"
#include "14-distributed-future/coordinator.hpp"

namespace promissory {

namespace detail {

/// @return what no other process calls itself: 128 random bits
inline std::string unique_name() {
  constexpr const char* digits = "0123456789abcdef";
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) {
    for (std::uint32_t bits = random(), n = 0; n < 8; ++n, bits >>= 4U) name += digits[bits & 15U];
  }
  return name;
}

/// Returns at `when`, or true as soon as `token` is stopped.
inline bool stopped_before(std::chrono::steady_clock::time_point when,
                           const std::stop_token& token) {
  std::mutex mutex;
  std::condition_variable_any nobody_notifies;
  std::unique_lock lock(mutex);
  nobody_notifies.wait_until(lock, token, when, [] { return false; });
  return token.stop_requested();
}

/// The time between attempts to reach a server, which doubles.
class Backoff {
 public:
  /// @throws std::system_error when patience ends meanwhile
  void pause(const Patience& patience) {
    const auto until = std::chrono::steady_clock::now() + length_;
    stopped_before(std::min(until, patience.deadline), patience.token);
    patience.check();
    length_ = std::min(2 * length_, longest);
  }

 private:
  static constexpr std::chrono::milliseconds longest{200};
  std::chrono::milliseconds length_{5};
};

/// Frees a lock on every way out, unless it is told that there is nothing to free.
class LockGuard {
 public:
  LockGuard(Coordinator& coordinator, const std::string& key, const std::string& owner)
      : coordinator_(coordinator), key_(key), owner_(owner) {}
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;
  ~LockGuard() {
    if (armed_) coordinator_.release(key_, owner_);
  }
  void dismiss() { armed_ = false; }

 private:
  Coordinator& coordinator_;
  const std::string& key_;
  const std::string& owner_;
  bool armed_ = true;
};

/// A lock that was taken, renewed from a thread of its own for as long as the work goes on. It
/// tells the work to stop when the lock is lost or nobody waits for the work any more.
class Lease {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param asked when the lock was asked for: the server may have counted from then on
  Lease(Coordinator& coordinator, const std::string& key, const std::string& owner,
        std::chrono::milliseconds ttl, Clock::time_point asked, const Patience& patience)
      : coordinator_(coordinator),
        key_(key),
        owner_(owner),
        ttl_(ttl),
        ends_(asked + ttl),
        on_stop_(patience.token, Stop{work_}),
        keeper_([this, deadline = patience.deadline](const std::stop_token& done) {
          keep(deadline, done);
        }) {}

  /// Stopped when the work should be.
  std::stop_token token() const { return work_.get_token(); }

  /// Renews no more.
  /// @return until when the lock is ours; nothing when it has been lost
  std::optional<Clock::time_point> end() {
    keeper_.request_stop();
    if (keeper_.joinable()) keeper_.join();
    return lost_ || Clock::now() >= ends_ ? std::nullopt : std::optional(ends_);
  }

 private:
  struct Stop {
    std::stop_source work;
    void operator()() { work.request_stop(); }
  };

  void keep(Clock::time_point deadline, const std::stop_token& done) {
    auto next = ends_ - ttl_ + ttl_ / 3;
    while (!stopped_before(std::min(next, deadline), done)) {
      const auto now = Clock::now();
      if (now >= deadline) {
        work_.request_stop();
        deadline = Clock::time_point::max();
      }
      if (now >= ends_) return lose();
      if (now < next) continue;
      next = now + ttl_ / 3;
      try {
        if (!coordinator_.renew(key_, owner_, ttl_, {std::min(ends_, deadline), done})) {
          return lose();
        }
        ends_ = now + ttl_;
      } catch (const std::exception&) {
        // The server may be back in time: try again soon.
        next = std::min(now + ttl_ / 10, ends_);
      }
    }
  }

  void lose() {
    lost_ = true;
    work_.request_stop();
  }

  Coordinator& coordinator_;
  const std::string& key_;
  const std::string& owner_;
  const std::chrono::milliseconds ttl_;
  Clock::time_point ends_;  // the keeper's until it has been joined
  bool lost_ = false;       // the same
  std::stop_source work_;
  std::stop_callback<Stop> on_stop_;
  std::jthread keeper_;  // last: it uses everything above
};

}  // namespace detail

/// Futures that processes share, one for each key. Whoever asks first computes the value; everybody
/// else, in whatever process, waits for it, and gets it from the coordinator until it expires. When
/// the one who computes dies, the next one computes.
///
/// At most one of them computes a key at a time, as long as their locks are renewed in time. A
/// process that was stopped for longer than its lock lives computes on beside its successor until
/// it hears of it: a lock is no fence. Such a latecomer changes nothing here, and gets the value of
/// the others; whatever else it writes has to be guarded with Lead::fence.
///
/// Thread-safety: all members may be called from any threads at once.
/// Source: Task 14 of the practice tasks.
class DistributedFutures {
 public:
  using Clock = std::chrono::steady_clock;

  struct Times {
    std::chrono::milliseconds lock{10'000};    ///< for how long the dead hold up the living
    std::chrono::milliseconds value{300'000};  ///< for how long a value is good
  };

  /// What whoever computes has to know.
  struct Lead {
    std::stop_token
        token;  ///< stopped when the caller's is, at its deadline, or when the lock is lost
    std::uint64_t fence;  ///< greater than that of everybody who computed before
  };
  using Compute = std::function<std::string(const Lead&)>;

  /// @param coordinator outlives this object
  explicit DistributedFutures(Coordinator& coordinator)
      : DistributedFutures(coordinator, Times()) {}
  DistributedFutures(Coordinator& coordinator, Times times)
      : coordinator_(coordinator), times_(times) {}

  /// Waits for the value of `key`, or computes it.
  /// @param compute called in this thread, more than once if the lock is lost meanwhile. If it does
  ///     not heed its token, the caller waits for it. What it throws, of any type, is thrown to
  ///     this caller and to nobody else, and not kept: the next one computes anew.
  /// @return any bytes
  /// @throws std::system_error with std::errc::timed_out when the deadline has passed, also because
  ///     the coordinator could not be reached until then; with std::errc::operation_canceled when
  ///     `token` was stopped, before the deadline or after it
  /// @throws whatever else the coordinator throws but Unreachable
  std::string get(const std::string& key, const Compute& compute, Clock::time_point deadline,
                  std::stop_token token = {}) {
    const Patience patience{deadline, std::move(token)};
    detail::Backoff backoff;
    auto owner = detail::unique_name();
    while (true) {
      std::optional<Result<std::string>> outcome;  // so that nothing of compute's is caught here
      try {
        outcome = wait_or_lead(key, owner, compute, patience);
        // What was asked for in the name of a lost lock may still be on its way.
        owner = detail::unique_name();
      } catch (const Unreachable&) {
        // The same name: a lock whose answer was lost is its own.
        backoff.pause(patience);
      }
      if (outcome) return std::move(*outcome).value();
    }
  }

 private:
  using Outcome = std::optional<Result<std::string>>;

  // Nothing comes of it when the lock was lost.
  Outcome wait_or_lead(const std::string& key, const std::string& owner, const Compute& compute,
                       const Patience& patience) {
    if (auto value = coordinator_.value(key, patience)) return std::move(*value);
    // Before the look that decides: what is published between the two is seen or heard.
    auto news = coordinator_.subscribe(key, patience);
    while (true) {
      patience.check();
      if (auto value = coordinator_.value(key, patience)) return std::move(*value);
      detail::LockGuard guard(coordinator_, key, owner);
      const auto asked = Clock::now();
      const auto attempt = coordinator_.lock(key, owner, times_.lock, patience);
      if (attempt.fence != 0) {
        news.reset();
        return lead(key, owner, {attempt.fence, asked}, guard, compute, patience);
      }
      guard.dismiss();
      wait_for(*news, attempt.remaining, patience);
    }
  }

  // Whoever has the lock may be dead, and nobody tells that: the end of its time is news, too.
  static void wait_for(Subscription& news, std::chrono::milliseconds remaining,
                       const Patience& patience) {
    const auto over = Clock::now() + remaining + std::chrono::milliseconds(1);
    try {
      news.wait({std::min(over, patience.deadline), patience.token});
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::timed_out) throw;
    }
  }

  struct Taken {
    std::uint64_t fence;
    Clock::time_point asked;
  };

  Outcome lead(const std::string& key, const std::string& owner, const Taken& taken,
               detail::LockGuard& guard, const Compute& compute, const Patience& patience) {
    // Published by somebody who freed the lock between our look and our lock.
    if (auto value = coordinator_.value(key, patience)) return std::move(*value);
    detail::Lease lease(coordinator_, key, owner, times_.lock, taken.asked, patience);
    auto outcome = capture([&] { return compute(Lead{lease.token(), taken.fence}); });
    const auto ends = lease.end();
    // Somebody else may lead by now: the value of everybody is theirs.
    if (!ends) return std::nullopt;
    if (!outcome) return outcome;
    try {
      if (!publish(key, owner, *outcome, *ends, patience)) return std::nullopt;
      guard.dismiss();
    } catch (const std::system_error&) {
      // Whether it has arrived is not known in time. This caller has it all the same.
    }
    return outcome;
  }

  // @return false when the lock was lost
  bool publish(const std::string& key, const std::string& owner, const std::string& value,
               Clock::time_point ends, const Patience& patience) {
    // A value is worth an attempt even if it comes too late for this caller.
    constexpr std::chrono::milliseconds courtesy{100};
    const Patience until{std::min(ends, std::max(patience.deadline, Clock::now() + courtesy))};
    detail::Backoff backoff;
    while (true) {
      try {
        return coordinator_.publish(key, owner, value, times_.value, until);
      } catch (const Unreachable&) {
        backoff.pause(until);
      }
    }
  }

  Coordinator& coordinator_;
  const Times times_;
};

}  // namespace promissory
