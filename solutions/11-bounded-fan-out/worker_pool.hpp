// Jobs in, futures out, by a fixed number of threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "07-task-group/task_group.hpp"

namespace promissory {

namespace detail {

/// The Result of a job, which is called with a token if it takes one.
template <class F>
struct JobOutcome {
  using type = CapturedResult<F&>;
};
template <class F>
requires std::is_invocable_v<F&, std::stop_token>
struct JobOutcome<F> {
  using type = CapturedResult<F&, std::stop_token>;
};

}  // namespace detail

/// Threads that do jobs in the order in which they were submitted. Only so many jobs wait; when
/// there is no room for another, whoever submits it waits, too.
///
/// A job that submits to its own pool may wait for room that only it could make. Jobs use
/// try_submit().
///
/// Thread-safety: all members may be called from any threads at once, also by jobs. Destroying it
/// is for one thread, which is none of its own.
/// Source: live-coding prompt 3 of the interview.
class WorkerPool {
 public:
  /// @param threads at least 1, started at once
  /// @param capacity how many jobs may wait for a thread, at least 1
  /// @throws std::invalid_argument when either is 0
  /// @throws std::system_error when a thread cannot be started
  WorkerPool(std::size_t threads, std::size_t capacity) : capacity_(capacity) {
    if (threads == 0) throw std::invalid_argument("a pool without threads does nothing");
    if (capacity == 0) throw std::invalid_argument("a pool without room takes nothing");
    for (std::size_t i = 0; i < threads; ++i) {
      workers_.go([this](const std::stop_token& stop) { work(stop); });
    }
  }

  /// Closes, and returns when every job that was taken is done.
  ~WorkerPool() {
    close();
    static_cast<void>(workers_.wait());  // they never fail
  }

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Hands a job to the pool, and waits while there is no room for it.
  /// @param fn called once, in a thread of the pool, as fn(token) or fn(); may be move-only. void
  ///     gives a Future<Unit>, a Result<T> a Future<T>; whatever it throws rejects the future. It
  ///     is destroyed before the future is settled.
  /// @param token ends the wait for room. Afterwards it is the job's: handed to `fn`; and if it is
  ///     stopped before a thread comes to the job, that is not begun, and its future is rejected
  ///     with operation_canceled.
  /// @return a Future<T>; dropping it neither blocks nor cancels anything
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped before
  ///     there was room
  /// @throws std::logic_error when the pool is closed, or is while this waits
  template <class F>
  auto submit(F fn, std::stop_token token = {}) {
    auto [future, job] = make_job(std::move(fn), token);
    std::unique_lock lock(mutex_);
    const auto is_over = [this] { return is_closed_ || queue_.size() < capacity_; };
    if (!room_.wait(lock, token, is_over)) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    take(job);
    return std::move(future);
  }

  /// Like submit(), but never waits.
  /// @return an optional Future<T>, empty when there is no room
  /// @throws std::logic_error when the pool is closed
  template <class F>
  auto try_submit(F fn, std::stop_token token = {}) {
    auto [future, job] = make_job(std::move(fn), std::move(token));
    std::optional<decltype(future)> taken;
    std::lock_guard lock(mutex_);
    if (!is_closed_ && queue_.size() >= capacity_) return taken;
    take(job);
    taken = std::move(future);
    return taken;
  }

  /// Takes no more jobs; those that were taken are still done. Does not wait. Whoever waits for
  /// room is refused. May be called again.
  void close() {
    std::lock_guard lock(mutex_);
    is_closed_ = true;
    room_.notify_all();
    jobs_.notify_all();
  }

 private:
  class Job {
   public:
    virtual ~Job() = default;
    virtual void run() noexcept = 0;
  };

  template <class T, class F>
  class JobOf final : public Job {
   public:
    JobOf(F fn, std::stop_token token, Resolver<T> resolver)
        : fn_(std::move(fn)), token_(std::move(token)), resolver_(std::move(resolver)) {}

    void run() noexcept override {
      Result<T> outcome = capture([this]() -> Result<T> { return call(); });
      fn_.reset();  // whoever awaits the future may take what it used for his own again
      // The second net is for what moving the value may throw.
      const auto kept = capture([&] { return resolver_.resolve(std::move(outcome).value()); });
      if (!kept) resolver_.reject(kept.error());
    }

   private:
    Result<T> call() {
      if (token_.stop_requested()) {
        return failure(std::system_error(std::make_error_code(std::errc::operation_canceled)));
      }
      return capture([this]() -> decltype(auto) {
        if constexpr (std::is_invocable_v<F&, std::stop_token>) {
          return std::invoke(*fn_, token_);
        } else {
          return std::invoke(*fn_);
        }
      });
    }

    std::optional<F> fn_;
    std::stop_token token_;
    Resolver<T> resolver_;
  };

  template <class F>
  static auto make_job(F fn, std::stop_token token) {
    using T = typename detail::JobOutcome<F>::type::value_type;
    auto [future, resolver] = make_future<T>();
    std::unique_ptr<Job> job =
        std::make_unique<JobOf<T, F>>(std::move(fn), std::move(token), std::move(resolver));
    return std::pair(std::move(future), std::move(job));
  }

  /// Under the lock; `job` stays the caller's, who destroys it without, when it is refused.
  void take(std::unique_ptr<Job>& job) {
    if (is_closed_) throw std::logic_error("WorkerPool: a job for a pool that is closed");
    queue_.push_back(std::move(job));
    jobs_.notify_one();  // one job, one thread
  }

  /// What each thread does. A stop comes only when the pool could not be made whole.
  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (jobs_.wait(lock, stop, [this] { return is_closed_ || !queue_.empty(); })) {
      if (queue_.empty()) return;  // closed, and everything is done
      std::unique_ptr<Job> job = std::move(queue_.front());
      queue_.pop_front();
      room_.notify_one();  // one place, one who waits
      lock.unlock();
      job->run();
      job.reset();
      lock.lock();
    }
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable_any jobs_;        // a thread may find work, or the end of it
  std::condition_variable_any room_;        // whoever submits may find room, or the end of it
  std::deque<std::unique_ptr<Job>> queue_;  // guarded by mutex_
  bool is_closed_ = false;                  // guarded by mutex_
  TaskGroup workers_;                       // last: joined before anything that they use is gone
};

}  // namespace promissory
