// A promise that is kept once, and everybody who waits for it.
#pragma once

#include <chrono>
#include <exception>
#include <stop_token>

#include "02-result/result.hpp"
#include "support/todo.hpp"

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
  bool resolve([[maybe_unused]] T value) {
    todo("Promise::resolve: store the value if this is the first outcome, wake every awaiter.");
  }

  /// Breaks the promise with `error`, unless it is settled already, and wakes every awaiter.
  /// @return true for the one call that settled the promise
  /// @throws std::invalid_argument when `error` is null, settled or not: no error is a success
  bool reject([[maybe_unused]] std::exception_ptr error) {
    todo("Promise::reject: store the error if this is the first outcome, wake every awaiter.");
  }

  /// Waits for the outcome.
  /// @param token stops this wait, no other one, and never the promise; an outcome that is there
  ///     wins over a stop that is there too
  /// @return the value, the same object for every awaiter, as long as the promise lives
  /// @throws the error the promise was rejected with, the same exception object for every awaiter
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first
  const T& await([[maybe_unused]] std::stop_token token = {}) const {
    todo("Promise::await: sleep until there is an outcome or the token is stopped; hand it out.");
  }

  /// Waits for the outcome like await(), but no longer than until `deadline`.
  /// @param deadline one that has passed means: look, do not wait
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first. An outcome
  ///     that is there wins over both; a stop wins over a deadline.
  const T& await_until([[maybe_unused]] std::chrono::steady_clock::time_point deadline,
                       [[maybe_unused]] std::stop_token token = {}) const {
    todo("Promise::await_until: like await(), but give up with timed_out at the deadline.");
  }

  /// @return true once the promise is settled, for ever after
  bool ready() const noexcept {
    todo("Promise::ready: say whether there is an outcome, without waiting for one.");
  }
};

}  // namespace promissory
