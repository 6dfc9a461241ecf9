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
  DurablePromise(Storage& storage, std::string id)
      : DurablePromise(storage,
                       storage.keep({std::move(id), PromiseState::pending, {}, now()}).record) {}

  /// @return the name that it is kept under
  const std::string& id() const noexcept { return id_; }

  /// Settles it with `value`: keeps that first, and then wakes everybody who waits here. To do so
  /// again with an equal value changes nothing and is right, also in a later life.
  /// @return true for the one call that settled it; false when it was resolved so already
  /// @throws SettledOtherwise when it has another outcome
  /// @throws what the storage or the codec throws; nobody has been told then, and it is still to be
  ///     settled, here or by whoever finds it next
  bool resolve(const T& value) {
    std::string payload = Codec<T>::encode(value);
    Codec<T>::decode(payload);  // what nobody can read again is not to be kept
    return settle(PromiseState::resolved, std::move(payload));
  }

  /// Settles it with an error, of which what() is kept. The rest is as with resolve(); an error
  /// with the same words is the same outcome.
  /// @throws std::invalid_argument when `error` is null
  bool reject(const std::exception_ptr& error) {
    return settle(PromiseState::rejected, words_of(error));
  }

  /// A handle that everybody can wait for and chain from; it may outlive this.
  Future<T> future() const { return future_; }

  /// Waits for the outcome.
  /// @param token stops this wait, no other one, and never the promise
  /// @return the value as it was read back from what is kept: the same in every life
  /// @throws RejectedError with the words of the error
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first
  const T& await(std::stop_token token = {}) const { return future_.await(std::move(token)); }

  /// Waits like await(), but no longer than until `deadline`.
  /// @throws std::system_error with std::errc::timed_out when `deadline` passed first
  const T& await_until(std::chrono::steady_clock::time_point deadline,
                       std::stop_token token = {}) const {
    return future_.await_until(deadline, std::move(token));
  }

  /// @return true once the outcome is on the disk and known here, for ever after
  bool ready() const noexcept { return future_.ready(); }

 private:
  template <class U>
  friend std::vector<DurablePromise<U>> recover_all(Storage& storage, const Warn& warn);

  DurablePromise(Storage& storage, const Record& kept)
      : DurablePromise(storage, kept, make_future<T>()) {}

  DurablePromise(Storage& storage, const Record& kept, std::pair<Future<T>, Resolver<T>> ends)
      : storage_(&storage),
        id_(kept.id),
        future_(std::move(ends.first)),
        resolver_(std::move(ends.second)) {
    if (kept.state != PromiseState::pending) tell(kept);
  }

  static std::chrono::sys_time<std::chrono::nanoseconds> now() {
    return std::chrono::system_clock::now();
  }

  static std::string words_of(const std::exception_ptr& error) {
    if (!error) throw std::invalid_argument("a promise is rejected with an exception");
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      return exception.what();
    } catch (...) {
      return "an exception that is no std::exception";
    }
  }

  // There is no lock here, and nothing to look at first: who is the first is the storage's to say,
  // for there may be another object with this id.
  bool settle(PromiseState state, std::string payload) {
    const Record outcome{id_, state, std::move(payload), now()};
    const auto [kept, is_new] = storage_->keep(outcome);
    // Also when it was settled before: who comes second may be back before the first has told.
    tell(kept);
    if (kept.state != outcome.state || kept.payload != outcome.payload) {
      throw SettledOtherwise("the promise " + id_ + " has another outcome");
    }
    return is_new;
  }

  // From what is kept, so that everybody gets the same, now and in every later life.
  void tell(const Record& kept) {
    if (kept.state == PromiseState::resolved) {
      resolver_.resolve(Codec<T>::decode(kept.payload));
    } else {
      resolver_.reject(std::make_exception_ptr(RejectedError(kept.payload)));
    }
  }

  Storage* storage_;
  std::string id_;
  Future<T> future_;
  Resolver<T> resolver_;
};

/// Finds all promises that are kept, settled ones and those that are still to be settled, so that
/// whoever starts can go on where the last process ended.
/// @param warn is told of each promise that was resolved with what is no T; it is left as it is
/// @return them in any order
/// @throws what the storage throws
/// Source: Task 15 of the practice tasks.
template <class T>
std::vector<DurablePromise<T>> recover_all(Storage& storage,
                                           const Warn& warn = to_standard_error()) {
  std::vector<DurablePromise<T>> found;
  for (const Record& record : storage.all()) {
    try {
      found.push_back(DurablePromise<T>(storage, record));
    } catch (const DecodeError& error) {
      warn("the promise " + record.id + " is of another type: " + error.what());
    }
  }
  return found;
}

}  // namespace promissory
