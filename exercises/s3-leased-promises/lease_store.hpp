// Where promises are kept that many processes may settle, and who may settle them now.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "14-distributed-future/coordinator.hpp"
#include "15-durable-promise/storage.hpp"

namespace promissory {

/// How a promise was settled.
struct Outcome {
  PromiseState state = PromiseState::resolved;  ///< or rejected
  std::string payload;                          ///< the value, or the words of the error; any bytes

  bool operator==(const Outcome&) const = default;
};

/// The right to settle one promise, until another one has it.
struct Lease {
  std::string id;
  std::uint64_t fence = 0;  ///< greater than that of every lease of this promise before it

  bool operator==(const Lease&) const = default;
};

/// What came of LeaseStore::claim.
struct Claim {
  std::optional<Lease> lease;
  /// Without a lease: when to ask again although there was no news. Nothing when no promise is
  /// pending at all.
  std::optional<std::chrono::milliseconds> next;
};

/// Promises that are pending until they are settled, once and for all, under a lease. A lease ends
/// after its time to live: from then on others may have one. Until one of them does, it can still
/// be renewed, and the promise be settled under it. So it is the fence that keeps two from settling
/// a promise, and never a clock; the clock says how long the dead are waited for.
///
/// Each member is one step for all processes: nobody sees half of it, also when who asked for it
/// dies in the middle. What has been done is on the disk. Every member may throw Unreachable, and
/// std::system_error with std::errc::timed_out or std::errc::operation_canceled when patience ends
/// before the answer has come; then what was asked for may have been done or not.
/// Thread-safety: all members may be called from any threads at once.
class LeaseStore {
 public:
  using Milliseconds = std::chrono::milliseconds;

  LeaseStore() = default;
  LeaseStore(const LeaseStore&) = delete;
  LeaseStore& operator=(const LeaseStore&) = delete;
  virtual ~LeaseStore() = default;

  /// Begins the promise `id`, pending, unless there is one; then tells those who wait for work.
  /// @param id any bytes, up to 2,000 of them
  /// @return false when it was there already, in whatever state
  virtual bool begin(const std::string& id, const Patience& patience) = 0;

  /// Takes a lease on a promise that is pending and that nobody has a lease on: on the one that was
  /// begun first. What another one is about to take or to settle at this moment is passed over, not
  /// waited for.
  /// @param writer is written down for people to read; it means nothing here
  /// @param ttl at least a millisecond
  virtual Claim claim(const std::string& writer, Milliseconds ttl, const Patience& patience) = 0;

  /// @return true if the lease is still the latest of a promise that is pending: it has `ttl` from
  ///     now; false changes nothing
  virtual bool renew(const Lease& lease, Milliseconds ttl, const Patience& patience) = 0;

  /// If the lease is still the latest of a promise that is pending: settles it, and tells those who
  /// wait for its outcome.
  /// @return true if the promise is settled under this lease, by this call or by an earlier one;
  ///     false when somebody else has, or had, a later lease: then nothing was changed
  virtual bool settle(const Lease& lease, const Outcome& outcome, const Patience& patience) = 0;

  /// If the lease is still the latest of a promise that is pending: ends it, and tells those who
  /// wait for work.
  /// @return false when it was not; then nothing was changed
  virtual bool release(const Lease& lease, const Patience& patience) = 0;

  /// @return nothing while the promise is pending, or has not been begun
  virtual std::optional<Outcome> outcome(const std::string& id, const Patience& patience) = 0;

  /// @return what hears from now on when the promise `id` is settled; perhaps of others, too
  virtual std::unique_ptr<Subscription> subscribe_to_outcome(const std::string& id,
                                                             const Patience& patience) = 0;

  /// @return what hears from now on when a promise is begun or a lease released; nobody tells of a
  ///     lease that ends by itself
  virtual std::unique_ptr<Subscription> subscribe_to_work(const Patience& patience) = 0;
};

}  // namespace promissory
