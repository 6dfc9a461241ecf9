// A task group that lets only so many in at a time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "07-task-group/task_group.hpp"

namespace promissory {

/// A TaskGroup whose go() waits until there is a place. Whoever starts children is held back to the
/// speed at which they end, and there are never more of them than the limit.
///
/// Other than a TaskGroup, it takes nobody in once it has been stopped: of ten thousand children
/// that a loop was going to start, those that are left are not begun in vain.
///
/// A child that calls go() on a full group of its own waits for a place that it may be holding
/// itself. Children start others with try_go().
///
/// Thread-safety: all members but set_limit() may be called from any threads at once.
/// Source: Task 11 of the practice tasks.
class BoundedGroup {
 public:
  /// The limit of a group that has been given none.
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  /// @param parent when it is stopped, so is the group; the other way round nothing happens
  explicit BoundedGroup(std::stop_token parent = {}) : group_(std::move(parent)) {}

  /// Says how many children may run at the same time.
  /// @param limit `unlimited`, or at least 1
  /// @throws std::invalid_argument for 0, with which every go() would wait for ever
  /// @throws std::logic_error while a child is running: it has been let in under another limit
  void set_limit(std::size_t limit) {
    if (limit == 0) throw std::invalid_argument("a limit of 0 would let nobody in, ever");
    std::lock_guard lock(mutex_);
    if (running_ > 0) throw std::logic_error("set_limit() while children are running");
    limit_ = limit;
  }

  /// Waits for a place, then starts a child as TaskGroup::go() does. The place is free again when
  /// the child has returned, its failure, if any, has stopped the group, and `fn` is destroyed.
  /// @throws std::system_error with std::errc::operation_canceled when the group has been stopped,
  ///     or is while this waits; `fn` is not called then
  /// @throws what TaskGroup::go() throws, for the same reasons
  template <class F>
  void go(F fn) {
    const std::stop_token token = group_.token();
    std::unique_lock lock(mutex_);
    place_is_free_.wait(lock, token, [this] { return running_ < limit_; });
    if (token.stop_requested()) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    start(Place(*this, std::move(lock)), std::move(fn));
  }

  /// Like go(), but never waits.
  /// @return false when there is no place, or the group has been stopped; `fn` is not called then
  template <class F>
  bool try_go(F fn) {
    std::unique_lock lock(mutex_);
    if (running_ >= limit_ || group_.token().stop_requested()) return false;
    start(Place(*this, std::move(lock)), std::move(fn));
    return true;
  }

  /// As in TaskGroup.
  std::stop_token token() const noexcept { return group_.token(); }
  bool request_stop() noexcept { return group_.request_stop(); }
  Result<Unit> wait() { return group_.wait(); }
  std::exception_ptr cause() const { return group_.cause(); }

 private:
  /// One of the places, taken when this is made and given back when it is destroyed.
  class Place {
   public:
    /// @param lock of group.mutex_; is released
    Place(BoundedGroup& group, std::unique_lock<std::mutex> lock) : group_(&group) {
      ++group.running_;
      lock.unlock();
    }
    Place(Place&& other) noexcept : group_(std::exchange(other.group_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (!group_) return;
      std::lock_guard lock(group_->mutex_);
      --group_->running_;
      group_->place_is_free_.notify_one();  // one place, one who waits
    }

   private:
    BoundedGroup* group_;
  };

  /// A function and its place. However it ends, also if it never begins, the place is given back,
  /// after the function is gone: members are destroyed from the last to the first.
  template <class F>
  struct Child {
    Place place;
    F fn;

    decltype(auto) operator()(std::stop_token token) {
      if constexpr (std::is_invocable_v<F&, std::stop_token>) {
        return std::invoke(fn, std::move(token));
      } else {
        return std::invoke(fn);
      }
    }
  };

  // Without the lock: what it does to fn is somebody else's code.
  template <class F>
  void start(Place place, F fn) {
    group_.go(Child<F>{std::move(place), std::move(fn)});
  }

  std::mutex mutex_;
  std::condition_variable_any place_is_free_;  // the one that can wait for a stop_token as well
  std::size_t limit_ = unlimited;              // guarded by mutex_
  std::size_t running_ = 0;                    // guarded by mutex_; the places that are taken
  TaskGroup group_;  // last: its children give their places back until it is destroyed
};

}  // namespace promissory
