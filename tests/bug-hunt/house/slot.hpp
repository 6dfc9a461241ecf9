// A place for one outcome, which waits there until somebody takes it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <utility>

#include "support/promise_ledger.hpp"

namespace promissory::house {

/// One value or one error, put once and taken once. Nobody who puts ever waits.
///
/// All members are thread-safe. It stands in the test's books as a promise that is kept when
/// something is put.
template <class T>
class Slot {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param label what is promised; a string that lives as long as the program
  static std::shared_ptr<Slot> make(const char* label,
                                    std::source_location where = std::source_location::current()) {
    return std::shared_ptr<Slot>(new Slot(label, where));
  }

  /// @throws std::logic_error when something was put before
  void put(T value) {
    std::lock_guard lock(mutex_);
    settle();
    value_.emplace(std::move(value));
  }

  /// The one who takes throws `error`.
  /// @throws std::logic_error when something was put before
  void fail(std::exception_ptr error) {
    std::lock_guard lock(mutex_);
    settle();
    error_ = std::move(error);
  }

  /// Blocks until something is put and takes it: the slot is empty from then on, and whoever takes
  /// again waits for ever.
  /// @throws the error that was put
  T take() {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    changed_.wait(lock, [&] { return is_full(); });
    return accept();
  }

  /// The same, until `stop` is requested.
  /// @throws std::system_error (operation_canceled) when it is, and nothing was put
  T take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    if (!changed_.wait(lock, stop, [&] { return is_full(); })) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    return accept();
  }

  /// The same, but no longer than `patience`.
  /// @return nothing when nothing was put in time; it may be called again
  std::optional<T> take_for(Duration patience) {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    if (!changed_.wait_for(lock, patience, [&] { return is_full(); })) return std::nullopt;
    return accept();
  }

 private:
  Slot(const char* label, const std::source_location& where) : promise_(label, where) {}

  void settle() {
    if (std::exchange(is_put_, true)) throw std::logic_error("this slot has had its outcome");
    promise_.settled();
    changed_.notify_all();
  }

  bool is_full() const { return value_.has_value() || error_ != nullptr; }

  T accept() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    return *std::exchange(value_, std::nullopt);
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_put_ = false;
  std::optional<T> value_;
  std::exception_ptr error_;
  support::LedgerEntry promise_;
};

}  // namespace promissory::house
