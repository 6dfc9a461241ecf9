// Promises that any of many processes may keep, whoever dies meanwhile.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>

#include "15-durable-promise/durable_promise.hpp"
#include "s3-leased-promises/lease_store.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Promises that processes share. Any of them begins a promise; writers take leases on what is
/// pending, compute, and settle it; anybody, anywhere, waits for the outcome. When a writer dies,
/// another one takes its promise over as soon as the lease has ended.
///
/// Each promise is settled once, however many writers die, and whoever waits gets that one outcome.
/// It may be *computed* more than once: by a writer that dies before it has settled it, or that was
/// stopped for longer than its lease. Such a latecomer changes nothing here; whatever else it
/// writes has to be guarded with Task::fence.
///
/// Thread-safety: all members may be called from any threads at once.
/// Source: Stretch challenge S3 of the practice tasks.
class LeasedPromises {
 public:
  using Clock = std::chrono::steady_clock;

  /// What a writer has to know of its work.
  struct Task {
    std::string id;
    std::uint64_t fence;  ///< greater than that of everybody who had this promise before
    /// Stopped when the writer is, or when the lease is lost, or may be.
    std::stop_token token;
  };
  using Compute = std::function<std::string(const Task&)>;

  /// @param store outlives this object
  /// @param writer a name for people to read
  /// @param ttl for how long the dead hold up the living
  LeasedPromises(LeaseStore& store, std::string writer,
                 std::chrono::milliseconds ttl = std::chrono::seconds(10))
      : store_(store), writer_(std::move(writer)), ttl_(ttl) {}

  /// Sees to it that there is a promise `id`: pending, if there was none.
  /// @throws std::system_error with std::errc::timed_out when the deadline has passed, also because
  ///     the store could not be reached until then; with std::errc::operation_canceled when
  ///     `token` was stopped, before the deadline or after it
  /// @throws whatever else the store throws but Unreachable
  void begin([[maybe_unused]] const std::string& id, [[maybe_unused]] Clock::time_point deadline,
             [[maybe_unused]] std::stop_token token = {}) {
    todo("LeasedPromises::begin: begin it in the store; when that is unreachable, try again.");
  }

  /// Waits for the outcome of `id`, also if nobody has begun it yet.
  /// @return the value
  /// @throws RejectedError with the words of the error
  /// @throws as begin()
  std::string await([[maybe_unused]] const std::string& id,
                    [[maybe_unused]] Clock::time_point deadline,
                    [[maybe_unused]] std::stop_token token = {}) {
    todo("LeasedPromises::await: subscribe, look, wait; then return the value or throw the error.");
  }

  /// Settles what is pending, one promise after the other, and waits for more, until `token` is
  /// stopped. A server that cannot be reached is waited for.
  /// @param compute called in this thread. What it throws rejects the promise; but what it throws
  ///     after its token was stopped says nothing, and another writer tries again. A value that it
  ///     returns nevertheless is good, if nobody else has the lease by then.
  /// @return how many promises it has settled
  /// @throws whatever the store throws but Unreachable
  std::size_t work([[maybe_unused]] const Compute& compute,
                   [[maybe_unused]] std::stop_token token) {
    todo(
        "LeasedPromises::work: take a lease, compute while it is renewed, settle; wait when there "
        "is nothing to do.");
  }

 private:
  [[maybe_unused]] LeaseStore& store_;
  const std::string writer_;
  [[maybe_unused]] const std::chrono::milliseconds ttl_;
};

}  // namespace promissory
