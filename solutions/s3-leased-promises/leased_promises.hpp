// Promises that any of many processes may keep, whoever dies meanwhile.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "15-durable-promise/durable_promise.hpp"
#include "s3-leased-promises/lease_store.hpp"

namespace promissory {

namespace detail {

/// Waits until `deadline`, or until the token is stopped.
/// @return whether it was stopped
inline bool stopped_until(std::chrono::steady_clock::time_point deadline,
                          const std::stop_token& token) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, token, deadline, [] { return false; });
  return token.stop_requested();
}

/// Longer and longer between attempts, so that a server that comes back is not overrun.
class Patiently {
 public:
  void wait(const Patience& patience) {
    stopped_until(std::min(std::chrono::steady_clock::now() + length_, patience.deadline),
                  patience.token);
    length_ = std::min(2 * length_, longest);
  }

 private:
  static constexpr std::chrono::milliseconds longest{500};
  std::chrono::milliseconds length_{5};
};

/// Renews a lease for as long as the work goes on, from a thread of its own. Tells the work to stop
/// when nobody wants it any more: the writer was stopped, or somebody else may have the lease.
class Heartbeat {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param asked when the lease was asked for: the server may have counted from then on
  Heartbeat(LeaseStore& store, const promissory::Lease& lease, std::chrono::milliseconds ttl,
            Clock::time_point asked, const std::stop_token& token)
      : store_(store),
        lease_(lease),
        ttl_(ttl),
        on_stop_(token, Stop{work_}),
        thread_([this, asked](const std::stop_token& done) { beat(asked, done); }) {}

  /// Stopped when the work should be.
  std::stop_token token() const { return work_.get_token(); }

  /// Renews no more.
  void end() { thread_ = {}; }

 private:
  struct Stop {
    std::stop_source work;
    void operator()() { work.request_stop(); }
  };

  void beat(Clock::time_point asked, const std::stop_token& done) {
    auto ends = asked + ttl_;
    auto next = asked + Clock::duration(ttl_) / 3;
    while (!stopped_until(std::min(next, ends), done)) {
      const auto now = Clock::now();
      if (now >= ends) break;
      try {
        if (!store_.renew(lease_, ttl_, {ends, done})) break;
        ends = now + ttl_;
        next = now + Clock::duration(ttl_) / 3;
      } catch (const std::exception&) {
        // The server may be back in time.
        next = now + Clock::duration(ttl_) / 10;
      }
    }
    // The work is in vain, or may be: whoever has the lease now does it, too.
    if (!done.stop_requested()) work_.request_stop();
  }

  LeaseStore& store_;
  const promissory::Lease& lease_;  // exercise 14 has another one in this namespace
  const std::chrono::milliseconds ttl_;
  std::stop_source work_;
  std::stop_callback<Stop> on_stop_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace detail

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
  void begin(const std::string& id, Clock::time_point deadline, std::stop_token token = {}) {
    const Patience patience{deadline, std::move(token)};
    reached(patience, [&] { return store_.begin(id, patience); });
  }

  /// Waits for the outcome of `id`, also if nobody has begun it yet.
  /// @return the value
  /// @throws RejectedError with the words of the error
  /// @throws as begin()
  std::string await(const std::string& id, Clock::time_point deadline, std::stop_token token = {}) {
    const Patience patience{deadline, std::move(token)};
    auto outcome = reached(patience, [&]() -> Outcome {
      // What is settled costs no subscription.
      if (auto settled = store_.outcome(id, patience)) return *std::move(settled);
      // Before the look that decides: what is settled between the two is seen or heard.
      const auto news = store_.subscribe_to_outcome(id, patience);
      while (true) {
        if (auto settled = store_.outcome(id, patience)) return *std::move(settled);
        news->wait(patience);
      }
    });
    if (outcome.state == PromiseState::rejected) throw RejectedError(outcome.payload);
    return std::move(outcome.payload);
  }

  /// Settles what is pending, one promise after the other, and waits for more, until `token` is
  /// stopped. A server that cannot be reached is waited for.
  /// @param compute called in this thread. What it throws rejects the promise; but what it throws
  ///     after its token was stopped says nothing, and another writer tries again. A value that it
  ///     returns nevertheless is good, if nobody else has the lease by then.
  /// @return how many promises it has settled
  /// @throws whatever the store throws but Unreachable
  std::size_t work(const Compute& compute, std::stop_token token) {
    const Patience patience{.token = std::move(token)};
    std::unique_ptr<Subscription> news;
    detail::Patiently retry;
    std::size_t settled = 0;
    while (!patience.token.stop_requested()) {
      try {
        // Before the claim: what is begun between the two is claimed or heard.
        if (!news) news = store_.subscribe_to_work(patience);
        const auto asked = Clock::now();
        const auto claim = store_.claim(writer_, ttl_, patience);
        retry = {};
        if (claim.lease) {
          settled += fulfil(*claim.lease, asked, compute, patience.token) ? 1U : 0U;
        } else {
          wait_for(*news, claim.next, patience);
        }
      } catch (const Unreachable&) {
        news.reset();
        retry.wait(patience);
      } catch (const std::system_error& error) {
        if (error.code() != std::errc::operation_canceled) throw;
      }
    }
    return settled;
  }

 private:
  /// For how long a writer that was stopped waits for a server that does not answer.
  static constexpr std::chrono::milliseconds courtesy{1000};

  template <class Step>
  static std::invoke_result_t<Step&> reached(const Patience& patience, Step step) {
    detail::Patiently retry;
    while (true) {
      patience.check();
      try {
        return step();
      } catch (const Unreachable&) {
        retry.wait(patience);
      }
    }
  }

  // Nobody tells of a lease that ends by itself.
  static void wait_for(Subscription& news, std::optional<std::chrono::milliseconds> next,
                       const Patience& patience) {
    const auto until = next ? Clock::now() + *next : Clock::time_point::max();
    try {
      news.wait({until, patience.token});
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::timed_out) throw;
    }
  }

  // @return whether the promise was settled here
  bool fulfil(const Lease& lease, Clock::time_point asked, const Compute& compute,
              const std::stop_token& token) {
    if (token.stop_requested()) {
      release(lease);
      return false;
    }
    detail::Heartbeat heartbeat(store_, lease, ttl_, asked, token);
    const auto value = capture([&] {
      return compute(Task{lease.id, lease.fence, heartbeat.token()});
    });
    heartbeat.end();
    if (value) return settle(lease, {PromiseState::resolved, *value}, token);
    if (heartbeat.token().stop_requested()) {
      release(lease);
      return false;
    }
    return settle(lease, {PromiseState::rejected, words_of(value.error())}, token);
  }

  // Whether the lease still holds is not asked before: only the store can say it, by the fence.
  bool settle(const Lease& lease, const Outcome& outcome, const std::stop_token& token) {
    detail::Patiently retry;
    while (true) {
      const bool is_last = token.stop_requested();
      const Patience patience =
          is_last ? Patience{Clock::now() + courtesy} : Patience{.token = token};
      try {
        return store_.settle(lease, outcome, patience);
      } catch (const Unreachable&) {
        if (is_last) return false;
        retry.wait({.token = token});
      } catch (const std::system_error& error) {
        if (is_last && error.code() == std::errc::timed_out) return false;
        if (error.code() != std::errc::operation_canceled) throw;
      }
    }
  }

  // So that nobody has to wait for its end. A stop is the usual reason, and no reason to hurry.
  void release(const Lease& lease) {
    try {
      store_.release(lease, {Clock::now() + courtesy});
    } catch (const Unreachable&) {
      // It ends by itself.
    } catch (const std::system_error&) {
      // The same.
    }
  }

  static std::string words_of(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      return exception.what();
    } catch (...) {
      return "an exception that is no std::exception";
    }
  }

  LeaseStore& store_;
  const std::string writer_;
  const std::chrono::milliseconds ttl_;
};

}  // namespace promissory
