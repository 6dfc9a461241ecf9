// Which futures were made, what became of them, and which of them were never kept.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <source_location>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "05-future/future.hpp"
#include "support/todo.hpp"

namespace promissory {

/// A future that has no outcome yet.
struct Unkept {
  std::uint64_t id;  ///< counted from 1 by each tracker, in the order of creation
  std::string name;
  std::source_location where;  ///< who asked for it
  std::chrono::steady_clock::duration age;
};

/// Given: a bucket of the duration histogram takes what lasted `at_most` so long; `le` is how its
/// label says that, in seconds.
struct DurationBound {
  std::chrono::milliseconds at_most;
  std::string_view le;
};

/// Given: the bounds that Prometheus' own client libraries start with. Above the last is "+Inf".
inline constexpr std::array<DurationBound, 11> duration_bounds{{
    {std::chrono::milliseconds(5), "0.005"},
    {std::chrono::milliseconds(10), "0.01"},
    {std::chrono::milliseconds(25), "0.025"},
    {std::chrono::milliseconds(50), "0.05"},
    {std::chrono::milliseconds(100), "0.1"},
    {std::chrono::milliseconds(250), "0.25"},
    {std::chrono::milliseconds(500), "0.5"},
    {std::chrono::milliseconds(1000), "1"},
    {std::chrono::milliseconds(2500), "2.5"},
    {std::chrono::milliseconds(5000), "5"},
    {std::chrono::milliseconds(10000), "10"},
}};

template <bool watching>
class BasicTracker;

/// Makes futures, and knows what became of them: a report of those that were never kept, and
/// counters for a Prometheus server. It has no thread. It keeps nothing alive, neither a value nor
/// a promise, and a future may outlive it.
///
/// A future ends as "resolved", "rejected", or "abandoned", which is rejected with
/// std::future_errc::broken_promise: somebody forgot it. Its end is written down in the thread that
/// brings it, after the awaiters are woken and before any callback that you register.
/// Thread-safety: all members may be called from any threads at once.
/// Source: Task 12 of the practice tasks.
template <>
class BasicTracker<true> {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  /// @param now tells the time. It is asked by one thread at a time, with a lock held: it must not
  ///     use the tracker, and must not throw.
  explicit BasicTracker([[maybe_unused]] Now now = &Clock::now) {
    // TODO: keep the clock.
  }

  BasicTracker(const BasicTracker&) = delete;
  BasicTracker& operator=(const BasicTracker&) = delete;

  /// Lets go of the clock, which is not asked any more, and of everything that was written down.
  ~BasicTracker() {
    // TODO: futures of this tracker may still be settled, now and later. Their callbacks must find
    // nothing to write into any more.
  }

  /// Like promissory::make_future(), and watches.
  /// @param name what the future stands for: the label of its metrics, so rather the name of an
  ///     operation than of a customer. It is copied.
  /// @param where who asks; leave it out, unless you ask for somebody else
  template <class T>
  std::pair<Future<T>, Resolver<T>> make_future(
      [[maybe_unused]] std::string_view name,
      [[maybe_unused]] std::source_location where = std::source_location::current()) {
    todo(
        "BasicTracker::make_future: write down name, place and time; register what writes its "
        "end.");
  }

  /// Like promissory::go(), and watches. The future is in the books before its work begins. One
  /// whose thread cannot be started is counted as abandoned.
  template <class F>
  auto go(F fn, [[maybe_unused]] std::string_view name, std::stop_token token = {},
          [[maybe_unused]] std::source_location where = std::source_location::current()) {
    todo("BasicTracker::go: write it down, start the work, register what writes its end.");
    return promissory::go(std::move(fn), std::move(token));
  }

  /// @return the futures without an outcome that are at least `older_than` old, the oldest first
  std::vector<Unkept> report(
      [[maybe_unused]] Clock::duration older_than = Clock::duration::zero()) const {
    todo("BasicTracker::report: give out what is pending and old enough, the oldest first.");
  }

  /// All that was counted, at one moment, in Prometheus' text format (version 0.0.4), for each name
  /// and from its first future on:
  ///
  ///     futures_created_total{name}             counter
  ///     futures_settled_total{name,outcome}     counter, for each of the three outcomes
  ///     futures_in_flight{name}                 gauge: created and not settled
  ///     future_duration_seconds{name,outcome}   histogram, from the making to the outcome
  std::string metrics() const {
    todo("BasicTracker::metrics: write the four metrics, names and outcomes, in the text format.");
  }
};

/// The same interface over nothing: an empty class that makes the same futures with the same code
/// as promissory::make_future() and promissory::go().
template <>
class BasicTracker<false> {
 public:
  using Clock = std::chrono::steady_clock;

  BasicTracker() = default;
  template <class Now>
  explicit BasicTracker(const Now& /*now*/) {}

  BasicTracker(const BasicTracker&) = delete;
  BasicTracker& operator=(const BasicTracker&) = delete;

  template <class T>
  std::pair<Future<T>, Resolver<T>> make_future(std::string_view /*name*/,
                                                std::source_location /*where*/ = {}) {
    todo("BasicTracker<false>::make_future: make a future, and nothing else.");
  }

  template <class F>
  auto go(F fn, std::string_view /*name*/, std::stop_token token = {},
          std::source_location /*where*/ = {}) {
    todo("BasicTracker<false>::go: start the work, and nothing else.");
    return promissory::go(std::move(fn), std::move(token));
  }

  /// @return nothing
  std::vector<Unkept> report(Clock::duration /*older_than*/ = {}) const {
    todo("BasicTracker<false>::report: nothing was watched, so there is nothing to tell.");
  }

  /// @return no text, which is a scrape without samples
  std::string metrics() const {
    todo("BasicTracker<false>::metrics: nothing was counted, so there is no text.");
  }
};

/// Given: compiled with -DFUTURES_UNTRACKED it watches nothing and costs nothing. The two are
/// different types, so that objects which were compiled differently do not link to each other.
#ifdef FUTURES_UNTRACKED
using Tracker = BasicTracker<false>;
#else
using Tracker = BasicTracker<true>;
#endif

}  // namespace promissory
