// Jobs in, futures out, by a fixed number of threads.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <type_traits>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "07-task-group/task_group.hpp"
#include "support/todo.hpp"

namespace promissory {

namespace detail {

/// Given: the Result of a job, which is called with a token if it takes one.
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
  WorkerPool([[maybe_unused]] std::size_t threads, [[maybe_unused]] std::size_t capacity) {
    todo("WorkerPool: start the threads; each takes the next job or sleeps.");
  }

  /// Closes, and returns when every job that was taken is done.
  ~WorkerPool() {
    // TODO: close, then wait until every job is done. (todo() here would end the process.)
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
  auto submit([[maybe_unused]] F fn, [[maybe_unused]] std::stop_token token = {}) {
    // Given: what becomes of fn, called with the job's token or without one.
    using T = typename detail::JobOutcome<F>::type::value_type;
    todo("WorkerPool::submit: wait for room, a stop or the end; queue the job, return its future.");
    return Future<T>();
  }

  /// Like submit(), but never waits.
  /// @return an optional Future<T>, empty when there is no room
  /// @throws std::logic_error when the pool is closed
  template <class F>
  auto try_submit([[maybe_unused]] F fn, [[maybe_unused]] std::stop_token token = {}) {
    using T = typename detail::JobOutcome<F>::type::value_type;
    todo("WorkerPool::try_submit: like submit(), but say at once when there is no room.");
    return std::optional<Future<T>>();
  }

  /// Takes no more jobs; those that were taken are still done. Does not wait. Whoever waits for
  /// room is refused. May be called again.
  void close() {
    todo("WorkerPool::close: take no more jobs, and wake whoever waits for room or for work.");
  }
};

}  // namespace promissory
