// Hand to hand: a value changes owner while both sides are there.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <stop_token>
#include <system_error>
#include <utility>

#include "support/promise_ledger.hpp"

namespace promissory::house {

/// One value, from one giver to one taker. It has no room of its own: the giver holds the value
/// until it is taken.
///
/// All members are thread-safe. It stands in the test's books as a promise that is kept when the
/// value is taken.
template <class T>
class Rendezvous {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param label what is promised; a string that lives as long as the program
  static std::shared_ptr<Rendezvous> make(
      const char* label, std::source_location where = std::source_location::current()) {
    return std::shared_ptr<Rendezvous>(new Rendezvous(label, where));
  }

  /// Blocks until the value is taken.
  void put(T value) {
    std::unique_lock lock(mutex_);
    offered_.emplace(std::move(value));
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_taken_; });
  }

  /// Blocks until the value is taken, but no longer than `patience`.
  /// @return false when nobody came; the value is gone then
  bool put_for(T value, Duration patience) {
    std::unique_lock lock(mutex_);
    offered_.emplace(std::move(value));
    changed_.notify_all();
    const bool came = changed_.wait_for(lock, patience, [&] { return is_taken_; });
    if (!came) offered_.reset();
    return came;
  }

  /// Blocks until a value is given. To be called once.
  T take() {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    changed_.wait(lock, [&] { return offered_.has_value(); });
    return accept();
  }

  /// The same, until `stop` is requested.
  /// @throws std::system_error (operation_canceled) when it is, and no value was given
  T take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    if (!changed_.wait(lock, stop, [&] { return offered_.has_value(); })) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    return accept();
  }

  /// Blocks until a value is given, but no longer than `patience`.
  /// @return nothing when none was given in time; it may be called again
  std::optional<T> take_for(Duration patience) {
    std::unique_lock lock(mutex_);
    const support::LedgerEntry::Waiter waiting(promise_);
    if (!changed_.wait_for(lock, patience, [&] { return offered_.has_value(); })) {
      return std::nullopt;
    }
    return accept();
  }

 private:
  Rendezvous(const char* label, const std::source_location& where) : promise_(label, where) {}

  T accept() {
    T value = *std::exchange(offered_, std::nullopt);
    is_taken_ = true;
    promise_.settled();
    changed_.notify_all();
    return value;
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<T> offered_;
  bool is_taken_ = false;
  support::LedgerEntry promise_;
};

}  // namespace promissory::house
