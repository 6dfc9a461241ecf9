// A promise that is kept once, and everybody who waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <utility>

#include "02-result/result.hpp"

namespace promissory {

/// A slot for one outcome, a value or an error, with any number of writers and any number of
/// awaiters. The first resolve() or reject() settles it; whatever comes later changes nothing.
///
///     pending ── resolve(value) ──> holds the value      (final)
///        └────── reject(error) ───> holds the error      (final)
///
/// T is an object type. It may be move-only and needs neither a default constructor nor assignment.
/// Thread-safety: all members may be called from any threads at once. The promise must outlive
/// every call on it and every reference that await() has returned.
/// Source: Task 4 of the practice tasks.
template <class T>
class Promise {
 public:
  Promise() = default;
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;

  /// Keeps the promise with `value`, unless it is settled already, and wakes every awaiter.
  /// @param value may be moved under a lock: T's move constructor must not use this promise
  /// @return true for the one call that settled the promise
  /// @throws whatever T's move constructor throws; the promise is then pending as before
  bool resolve(T value) { return settle(std::move(value)); }

  /// Breaks the promise with `error`, unless it is settled already, and wakes every awaiter.
  /// @return true for the one call that settled the promise
  /// @throws std::invalid_argument when `error` is null, settled or not: no error is a success
  bool reject(std::exception_ptr error) { return settle(Failure(std::move(error))); }

  /// Waits for the outcome.
  /// @param token stops this wait, no other one, and never the promise; an outcome that is there
  ///     wins over a stop that is there too
  /// @return the value, the same object for every awaiter, as long as the promise lives
  /// @throws the error the promise was rejected with, the same exception object for every awaiter
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first
  const T& await(std::stop_token token = {}) const {
    std::unique_lock lock(mutex_);
    if (!settled_.wait(lock, token, is_settled())) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    return outcome_->value();
  }

  /// Waits for the outcome like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. An outcome
  ///     that is there wins over both; a stop wins over a deadline.
  const T& await_until(std::chrono::steady_clock::time_point deadline,
                       std::stop_token token = {}) const {
    std::unique_lock lock(mutex_);
    if (!settled_.wait_until(lock, token, deadline, is_settled())) {
      throw std::system_error(std::make_error_code(
          token.stop_requested() ? std::errc::operation_canceled : std::errc::timed_out));
    }
    return outcome_->value();
  }

  /// @return true once the promise is settled, for ever after
  bool ready() const noexcept {
    std::lock_guard lock(mutex_);
    return outcome_.has_value();
  }

 private:
  // One lock around the question and the write: between two locks, a second writer fits. Not
  // std::call_once, which would guard the write, but makes a system call every time, and an awaiter
  // needs a lock to fall asleep anyway.
  template <class Outcome>
  bool settle(Outcome&& outcome) {
    std::lock_guard lock(mutex_);
    if (outcome_) return false;
    outcome_.emplace(std::forward<Outcome>(outcome));  // empty as before when a constructor throws
    // All of them, for one outcome serves all. Still under the lock: once it is free, an awaiter
    // may have returned and destroyed the promise, which this call must not touch any more.
    settled_.notify_all();
    return true;
  }

  // What an awaiter waits for, asked again after every wake-up: some are spurious, and a stop of
  // one awaiter wakes the others too.
  auto is_settled() const {
    return [this] { return outcome_.has_value(); };
  }

  mutable std::mutex mutex_;
  // The one standard condition that also wakes for a stop_token.
  mutable std::condition_variable_any settled_;
  // Guarded by mutex_ until it is set, never written again: what await() returns needs no lock,
  // because every awaiter has held the mutex after the writer did.
  std::optional<Result<T>> outcome_;
};

}  // namespace promissory
