// Permits that are counted by weight and given out in the order in which they were asked for.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <system_error>

namespace promissory {

/// A semaphore for work of different weights: bytes, connections, anything of which there is only
/// so much.
///
/// First come, first served: whoever waits is served before everybody who comes later, also before
/// those who ask for less and would fit. So a heavy one is not starved by light ones.
///
/// Thread-safety: all members may be called from any threads at once; any thread may release what
/// another has acquired. Source: Task 11 of the practice tasks, in the shape of golang's x/sync.
class WeightedSemaphore {
 public:
  /// @param size how much can be held at the same time, in any unit
  explicit WeightedSemaphore(std::size_t size) : size_(size) {}

  WeightedSemaphore(const WeightedSemaphore&) = delete;
  WeightedSemaphore& operator=(const WeightedSemaphore&) = delete;

  /// Waits until `weight` is free and nobody is waiting before, and takes it.
  /// @param weight may be 0, which takes nothing but waits its turn
  /// @param token ends the wait; what is free at once is taken all the same
  /// @throws std::invalid_argument at once when `weight` is more than the whole: it would wait for
  ///     ever, with a default token beyond anybody's reach
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first.
  ///     Nothing is held then, and whoever waits behind moves up.
  void acquire(std::size_t weight, std::stop_token token = {}) {
    if (weight > size_) throw std::invalid_argument("acquire() of more than the semaphore has");
    if (try_acquire(weight)) return;
    Waiter self{weight, false, {}};
    // Made before the lock is taken and destroyed after it is free, because it takes the lock;
    // which it does so that no stop comes between this waiter's look and its sleep.
    const std::stop_callback wake(token, [&] {
      std::lock_guard lock(mutex_);
      self.changed.notify_one();
    });
    std::unique_lock lock(mutex_);
    const auto place = waiters_.insert(waiters_.end(), &self);
    serve();  // what is free may have become enough since the first look
    self.changed.wait(lock, [&] { return self.is_served || token.stop_requested(); });
    if (self.is_served) return;
    waiters_.erase(place);
    serve();  // whom this one held up
    throw std::system_error(std::make_error_code(std::errc::operation_canceled));
  }

  /// Takes `weight` if it is free and nobody is waiting for any. Never waits.
  /// @return whether it was taken
  bool try_acquire(std::size_t weight) {
    std::lock_guard lock(mutex_);
    if (!waiters_.empty() || !fits(weight)) return false;
    held_ += weight;
    return true;
  }

  /// Gives back what was acquired, in one piece or in several.
  /// @throws std::logic_error when that is more than is held; nothing is given back then
  void release(std::size_t weight) {
    std::lock_guard lock(mutex_);
    if (weight > held_) throw std::logic_error("release() of more than was acquired");
    held_ -= weight;
    serve();
  }

 private:
  struct Waiter {
    std::size_t weight;
    bool is_served;
    std::condition_variable changed;  // served, or stopped; its own, so that nobody wakes in vain
  };

  // Not held_ + weight <= size_, which overflows.
  bool fits(std::size_t weight) const { return weight <= size_ - held_; }

  /// Serves as many as are first and fit, under the lock. What they get is taken here, for them, so
  /// that nobody comes between; and they are told under the lock, for they may go at once.
  void serve() {
    while (!waiters_.empty() && fits(waiters_.front()->weight)) {
      Waiter& first = *waiters_.front();
      waiters_.pop_front();
      held_ += first.weight;
      first.is_served = true;
      first.changed.notify_one();
    }
  }

  const std::size_t size_;
  std::mutex mutex_;
  std::size_t held_ = 0;        // guarded by mutex_
  std::list<Waiter*> waiters_;  // guarded by mutex_; each lives in its own acquire()
};

}  // namespace promissory
