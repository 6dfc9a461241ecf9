// Threads with one owner: they end together, fail together, and are told to stop together.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"

namespace promissory {

namespace detail {

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<Result<T>> = true;

/// Calls a child with the token, or without one if it takes none, and keeps of what becomes of it
/// only whether it failed, and how.
template <class F>
Result<Unit> outcome_of_child(F& fn, std::stop_token token) {
  const auto call = [&]() -> decltype(auto) {
    if constexpr (std::is_invocable_v<F&, std::stop_token>) {
      return std::invoke(fn, std::move(token));
    } else {
      return std::invoke(fn);
    }
  };
  return capture([&]() -> Result<Unit> {
    if constexpr (is_result<std::remove_cvref_t<decltype(call())>>) {
      const auto& outcome = call();
      if (!outcome) return Failure(outcome.error());
    } else {
      static_cast<void>(call());  // dropped, so it need neither be copyable nor movable
    }
    return Unit{};
  });
}

}  // namespace detail

/// A scope for threads. Each child that is started in it has ended when wait() returns, and at the
/// latest when the group is destroyed. The first child that fails stops the others.
///
/// A stop is a request: a child that does not look at its token is waited for all the same.
/// The group is stopped once, for one reason, by whoever is first: a child that fails, the parent's
/// token, request_stop(), or the destructor.
///
/// Thread-safety: all members may be called from any threads at once, also by children. Destroying
/// it is for one thread, which is no child of it, and after which nobody uses it.
/// Source: Task 7 of the practice tasks.
class TaskGroup {
 public:
  /// @param parent when it is stopped, so is the group; the other way round nothing happens
  explicit TaskGroup(std::stop_token parent = {})
      : parent_link_(std::move(parent), StopGroup{this}) {}

  /// Asks the children to stop and waits for them. Their errors are lost: call wait() to hear them.
  ~TaskGroup() {
    request_stop();
    static_cast<void>(wait());
  }

  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts a child on a thread of its own. A group that has been stopped still starts it, with a
  /// token that is stopped.
  /// @param fn called once as fn(token) or fn(); may be move-only. It fails by throwing, whatever
  ///     it is, or by returning a Result without a value. Anything else that it returns is dropped.
  ///     It is destroyed in its thread when it has run and its failure, if any, has stopped the
  ///     group.
  /// @throws std::logic_error when wait() has found that every child has returned: nobody would
  ///     hear of this one any more. A child may start others at any time, for until it returns
  ///     itself the group is not over.
  /// @throws std::system_error when no thread can be started. Then nothing has happened.
  template <class F>
  void go(F fn) {
    // Before the lock and so destroyed after it: no code of the caller runs while it is held.
    auto work = std::make_unique<F>(std::move(fn));
    std::list<std::jthread> started(1);
    const auto self = started.begin();
    // Held while the thread starts, so that it cannot end before it is among the running.
    std::lock_guard lock(mutex_);
    if (is_over_) throw std::logic_error("TaskGroup::go() after wait(): the group is over");
    *self = std::jthread([this, self, work = work.get()] { run(self, std::unique_ptr<F>(work)); });
    static_cast<void>(work.release());  // the thread's, now that there is one
    running_.splice(running_.end(), started);
  }

  /// @return the token that the children are handed. It may outlive the group.
  std::stop_token token() const noexcept { return stop_.get_token(); }

  /// Asks every child to stop, those too that are started later. Does not wait.
  /// @return true for the call that stopped the group
  bool request_stop() noexcept {
    {
      std::lock_guard lock(mutex_);
      if (!cause_) {
        cause_ = std::make_exception_ptr(
            std::system_error(std::make_error_code(std::errc::operation_canceled)));
      }
    }
    // Last, for whoever hears it may ask why. Without the lock, for it calls the callbacks that the
    // children have registered, and they may do anything, also use this group.
    return stop_.request_stop();
  }

  /// Waits until every child has returned, its function is destroyed and its thread has ended. From
  /// then on go() is refused. Does not stop anything: a group of which nobody fails was never
  /// stopped. May be called again, and gives the same answer.
  /// @return the error of the child that was the first to fail, as it was thrown; later errors are
  ///     dropped. No failure, no error: that the group was asked to stop is none in itself.
  /// @throws std::system_error with std::errc::resource_deadlock_would_occur in a child of this
  ///     group, which would wait for itself
  Result<Unit> wait() {
    std::unique_lock lock(mutex_);
    for (const std::jthread& child : running_) {
      if (child.get_id() == std::this_thread::get_id()) {
        throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
      }
    }
    all_returned_.wait(lock, [this] { return running_.empty() && !is_joining_; });
    is_over_ = true;
    if (last_to_return_.joinable()) {
      // Without the lock, which the rest of that thread may want. Another wait() waits above.
      is_joining_ = true;
      lock.unlock();
      last_to_return_.join();
      lock.lock();
      is_joining_ = false;
      all_returned_.notify_all();
    }
    if (first_error_) return Failure(first_error_);
    return Unit{};
  }

  /// Why the group was stopped.
  /// @return the error of the first child that failed, or std::system_error with
  ///     std::errc::operation_canceled when the parent or request_stop() came before it; null as
  ///     long as it was not stopped. Whoever sees token() stopped sees a cause.
  std::exception_ptr cause() const {
    std::lock_guard lock(mutex_);
    return cause_;
  }

 private:
  struct StopGroup {
    TaskGroup* group;
    void operator()() const noexcept { group->request_stop(); }
  };

  void fail(const std::exception_ptr& error) noexcept {
    {
      // In one step, or the first error could be one child's and the cause another's.
      std::lock_guard lock(mutex_);
      if (!first_error_) first_error_ = error;
      if (!cause_) cause_ = error;
    }
    // Last and without the lock, as in request_stop(): what the siblings make of the stop is then
    // never the first error.
    stop_.request_stop();
  }

  /// The whole life of a child, in its thread.
  template <class F>
  void run(std::list<std::jthread>::iterator self, std::unique_ptr<F> fn) noexcept {
    const Result<Unit> outcome = detail::outcome_of_child(*fn, token());
    if (!outcome) fail(outcome.error());
    fn.reset();  // before we leave: what it kept alive may use the group, which is not over yet
    // A thread cannot join itself, so each one joins who returned before it, and wait() joins the
    // last. No thread is kept longer than until the next one returns.
    std::jthread predecessor;
    std::lock_guard lock(mutex_);
    predecessor = std::exchange(last_to_return_, std::move(*self));
    running_.erase(self);
    if (running_.empty()) all_returned_.notify_all();
  }

  mutable std::mutex mutex_;              // guards everything down to is_over_
  std::condition_variable all_returned_;  // and nobody is joining the last
  std::list<std::jthread> running_;
  std::jthread last_to_return_;
  std::exception_ptr first_error_;
  std::exception_ptr cause_;
  bool is_joining_ = false;
  bool is_over_ = false;

  std::stop_source stop_;
  std::stop_callback<StopGroup> parent_link_;  // last: it may run as soon as it is made
};

}  // namespace promissory
