// Calls at points in time, all of them from one thread.
#pragma once

#include <chrono>
#include <compare>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "05-future/future.hpp"

namespace promissory {

/// Calls functions at points in time, one after the other, from one thread for all of them. The
/// thread is there while there are calls to come and is joined like those of go(), so the process
/// waits at its end for what has not been called or cancelled.
///
/// Thread-safety: all members may be called from any threads at once, also from within a call.
/// Source: Task 13 of the practice tasks.
class DeadlineTimer : public std::enable_shared_from_this<DeadlineTimer> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Names one call that was asked for.
  struct Alarm {
    Clock::time_point when;
    std::uint64_t number;  ///< in the order in which they were asked for

    auto operator<=>(const Alarm&) const = default;
  };

  /// @return the timer of this process. Keep the pointer if you have calls to come.
  static std::shared_ptr<DeadlineTimer> instance() {
    static const auto timer = std::make_shared<DeadlineTimer>();
    return timer;
  }

  /// Calls `call` once, not before `when`: the earliest first, those of one time in the order in
  /// which they were asked for.
  /// @param when may have passed: then it is called at once, in the timer's thread all the same
  /// @param call should be short, for the others wait. No lock is held meanwhile, and what it
  ///     throws is dropped. It is destroyed when it was called.
  /// @throws std::system_error when there is no thread and none can be started; nothing is to come
  Alarm call_at(Clock::time_point when, std::function<void()> call) {
    std::lock_guard lock(mutex_);
    const auto added = calls_.emplace(Alarm{when, ++last_number_}, std::move(call)).first;
    if (!running_) {
      try {
        go([self = shared_from_this()] { self->run(); });
      } catch (...) {
        calls_.erase(added);
        throw;
      }
      running_ = true;
    } else if (added == calls_.begin()) {
      changed_.notify_one();  // it sleeps for too long
    }
    return added->first;
  }

  /// Takes a call back, and destroys it before it returns.
  /// @return true if it will not be called; false if it was called, is being called, or was
  ///     cancelled before
  bool cancel(const Alarm& alarm) {
    decltype(calls_)::node_type cancelled;  // destroyed after the lock is free
    std::lock_guard lock(mutex_);
    cancelled = calls_.extract(alarm);
    if (calls_.empty()) changed_.notify_one();  // nothing to stay for
    return !cancelled.empty();
  }

  /// @return how many calls are to come
  std::size_t pending() const {
    std::lock_guard lock(mutex_);
    return calls_.size();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!calls_.empty()) {
      const Clock::time_point when = calls_.begin()->first.when;  // a copy: it may be cancelled
      if (Clock::now() < when) {
        changed_.wait_until(lock, when);
        continue;
      }
      auto due = calls_.extract(calls_.begin());
      lock.unlock();
      try {
        due.mapped()();
      } catch (...) {
        // There is nobody to tell, and the next call is none the worse for it.
      }
      due = {};  // it may be somebody else's last handle
      lock.lock();
    }
    // Under the lock that found nothing to do: a call that comes now finds no thread.
    running_ = false;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // another call is the first, or there is none
  // Guarded by mutex_. Sorted, and not a heap: deadlines are tightened and work is done in time, so
  // that nearly every call is cancelled, and a heap cannot find it.
  std::map<Alarm, std::function<void()>> calls_;
  std::uint64_t last_number_ = 0;  // guarded by mutex_
  bool running_ = false;           // guarded by mutex_: is there a thread in run()?
};

}  // namespace promissory
