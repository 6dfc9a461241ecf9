// One outcome for everybody who asks, as often as he likes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <stop_token>
#include <system_error>
#include <utility>

#include "support/promise_ledger.hpp"

namespace promissory::house {

/// One value or one error. The first that is put stays for ever, and each reader has a copy of it.
/// Whoever holds a pointer to a const one can read it, and no more.
///
/// All members are thread-safe. It stands in the test's books as a promise that is kept when
/// something is put.
template <class T>
class Outcome {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param label what is promised; a string that lives as long as the program
  static std::shared_ptr<Outcome> make(
      const char* label, std::source_location where = std::source_location::current()) {
    return std::shared_ptr<Outcome>(new Outcome(label, where));
  }

  /// @return false when there was an outcome before, which stays
  bool put(T value) {
    std::lock_guard lock(mutex_);
    if (is_there()) return false;
    value_.emplace(std::move(value));
    settle();
    return true;
  }

  /// Those who wait throw `error`.
  /// @return false when there was an outcome before, which stays
  bool fail(std::exception_ptr error) {
    std::lock_guard lock(mutex_);
    if (is_there()) return false;
    error_ = std::move(error);
    settle();
    return true;
  }

  bool is_ready() const {
    std::lock_guard lock(mutex_);
    return is_there();
  }

  /// Blocks until there is an outcome, but no longer than `patience`.
  /// @return whether there is one
  bool wait_for(Duration patience) const {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    return changed_.wait_for(lock, patience, [&] { return is_there(); });
  }

  /// Blocks until there is an outcome.
  /// @throws the error that was put
  /// @throws std::system_error (operation_canceled) when `stop` is requested first
  T await(const std::stop_token& stop = {}) const {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    if (!changed_.wait(lock, stop, [&] { return is_there(); })) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    if (error_) std::rethrow_exception(error_);
    return *value_;
  }

 private:
  Outcome(const char* label, const std::source_location& where) : promise_(label, where) {}

  bool is_there() const { return value_.has_value() || error_ != nullptr; }

  void settle() {
    promise_.settled();
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::optional<T> value_;
  std::exception_ptr error_;
  mutable support::LedgerEntry promise_;  // who waits stands in it
};

}  // namespace promissory::house
