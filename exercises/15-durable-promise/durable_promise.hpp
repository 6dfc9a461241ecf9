// A promise that outlives the process that made it.
#pragma once

#include <chrono>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "05-future/future.hpp"
#include "15-durable-promise/codec.hpp"
#include "15-durable-promise/storage.hpp"
#include "support/todo.hpp"

namespace promissory {

/// The error of a promise that was rejected, in the process that rejected it and in every later
/// one: of the original exception only the words can be kept.
class RejectedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The promise has another outcome than the one that it was to get.
class SettledOtherwise : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A promise that is kept under a name in a Storage. Whoever makes one with the same name, in this
/// process or in a later one, has the same promise: it has one outcome, and whoever is told of that
/// can rely on it, because it was on the disk before.
///
/// When it is destroyed before it is settled, its futures are rejected with
/// std::future_errc::broken_promise: nobody will settle them in this life. The promise stays
/// pending where it is kept, for the next one.
///
/// @tparam T has a Codec
/// Thread-safety: all members may be called from any threads at once, but moving and destroying.
/// Source: Task 15 of the practice tasks.
template <class T>
class DurablePromise {
 public:
  /// Finds the promise `id`, or begins it, and keeps that.
  /// @param storage must outlive this
  /// @throws DecodeError when the promise was resolved with what is no T
  /// @throws what the storage throws
  DurablePromise([[maybe_unused]] Storage& storage, [[maybe_unused]] std::string id) {
    todo("DurablePromise: find the record with this id, or keep a pending one.");
  }

  /// @return the name that it is kept under
  const std::string& id() const { todo("DurablePromise::id: say its name."); }

  /// Settles it with `value`: keeps that first, and then wakes everybody who waits here. To do so
  /// again with an equal value changes nothing and is right, also in a later life.
  /// @return true for the one call that settled it; false when it was resolved so already
  /// @throws SettledOtherwise when it has another outcome
  /// @throws what the storage or the codec throws; nobody has been told then, and it is still to be
  ///     settled, here or by whoever finds it next
  bool resolve([[maybe_unused]] const T& value) {
    todo("DurablePromise::resolve: keep the value, then wake everybody who waits.");
  }

  /// Settles it with an error, of which what() is kept. The rest is as with resolve(); an error
  /// with the same words is the same outcome.
  /// @throws std::invalid_argument when `error` is null
  bool reject([[maybe_unused]] const std::exception_ptr& error) {
    todo("DurablePromise::reject: keep what the error says, then tell everybody who waits.");
  }

  /// A handle that everybody can wait for and chain from; it may outlive this.
  Future<T> future() const { todo("DurablePromise::future: hand out the future of this promise."); }

  /// Waits for the outcome.
  /// @param token stops this wait, no other one, and never the promise
  /// @return the value as it was read back from what is kept: the same in every life
  /// @throws RejectedError with the words of the error
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first
  const T& await([[maybe_unused]] std::stop_token token = {}) const {
    todo("DurablePromise::await: wait for the outcome.");
  }

  /// Waits like await(), but no longer than until `deadline`.
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first
  const T& await_until([[maybe_unused]] std::chrono::steady_clock::time_point deadline,
                       [[maybe_unused]] std::stop_token token = {}) const {
    todo("DurablePromise::await_until: wait for the outcome until the deadline.");
  }

  /// @return true once the outcome is on the disk and known here, for ever after
  bool ready() const noexcept { todo("DurablePromise::ready: say whether the outcome is known."); }
};

/// Finds all promises that are kept, settled ones and those that are still to be settled, so that
/// whoever starts can go on where the last process ended.
/// @param warn is told of each promise that was resolved with what is no T; it is left as it is
/// @return them in any order
/// @throws what the storage throws
/// Source: Task 15 of the practice tasks.
template <class T>
std::vector<DurablePromise<T>> recover_all(
    [[maybe_unused]] Storage& storage, [[maybe_unused]] const Warn& warn = to_standard_error()) {
  todo("recover_all: make a promise of every record, and warn of those that are of another type.");
}

}  // namespace promissory
