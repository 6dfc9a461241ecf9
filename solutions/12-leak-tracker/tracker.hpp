// Which futures were made, what became of them, and which of them were never kept.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <source_location>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "05-future/future.hpp"

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

namespace detail {

/// How a future can end, and the label of it.
enum class Ending : std::size_t { resolved, rejected, abandoned };
inline constexpr std::array<std::string_view, 3> ending_names{"resolved", "rejected", "abandoned"};

template <class T>
Ending ending_of(const Result<T>& outcome) {
  if (outcome) return Ending::resolved;
  try {
    std::rethrow_exception(outcome.error());
  } catch (const std::future_error& error) {
    if (error.code() == std::future_errc::broken_promise) return Ending::abandoned;
  } catch (...) {
    // Whatever it is, somebody has said it.
  }
  return Ending::rejected;
}

/// How long futures took.
struct Durations {
  std::array<std::uint64_t, duration_bounds.size()> counts{};  // within this bound, not the last
  std::uint64_t count = 0;
  std::chrono::steady_clock::duration sum{};

  void add(std::chrono::steady_clock::duration duration) {
    ++count;
    sum += duration;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (duration <= duration_bounds[i].at_most) {
        ++counts[i];
        return;
      }
    }
  }
};

/// All that is counted for one name.
struct Series {
  std::uint64_t created = 0;
  std::array<Durations, ending_names.size()> ended;
};

/// What a tracker has written down. The callbacks of its futures share it, so that they have
/// something to write into, or to find closed, whoever goes first.
class Books {
 public:
  using Clock = std::chrono::steady_clock;
  using AllSeries = std::map<std::string, Series, std::less<>>;

  explicit Books(std::function<Clock::time_point()> now) { open_.now = std::move(now); }

  std::uint64_t enter(std::string_view name, const std::source_location& where) {
    // One lock for births, ends and readers: whoever reads sees sums that add up. The clock is
    // asked under it, so that who is born first has the lower number, and so that close() knows
    // when it has been asked for the last time.
    std::lock_guard lock(mutex_);
    auto series = open_.series.find(name);
    if (series == open_.series.end()) series = open_.series.emplace(name, Series()).first;
    open_.pending.emplace(last_id_ + 1, Entry{&*series, where, open_.now()});
    ++series->second.created;
    return ++last_id_;
  }

  void leave(std::uint64_t id, Ending ending) {
    std::lock_guard lock(mutex_);
    const auto found = open_.pending.find(id);
    if (found == open_.pending.end()) return;  // closed
    Series& series = found->second.series->second;
    series.ended[static_cast<std::size_t>(ending)].add(open_.now() - found->second.born);
    open_.pending.erase(found);
  }

  std::vector<Unkept> pending(Clock::duration older_than) const {
    std::lock_guard lock(mutex_);
    const Clock::time_point now = open_.now();
    std::vector<Unkept> found;
    for (const auto& [id, entry] : open_.pending) {
      const Clock::duration age = now - entry.born;
      if (age >= older_than) found.push_back({id, entry.series->first, entry.where, age});
    }
    return found;
  }

  AllSeries series() const {
    std::lock_guard lock(mutex_);
    return open_.series;
  }

  /// From now on nothing is written, nothing is kept, and the clock is not asked any more.
  void close() {
    Contents closed;  // destroyed after the lock is free: the clock is somebody else's code
    std::lock_guard lock(mutex_);
    std::swap(open_, closed);
  }

 private:
  struct Entry {
    AllSeries::value_type* series;  // nodes of a map stay where they are
    std::source_location where;
    Clock::time_point born;
  };

  struct Contents {
    std::function<Clock::time_point()> now;
    AllSeries series;
    std::map<std::uint64_t, Entry> pending;  // the oldest first, as its id says
  };

  mutable std::mutex mutex_;
  Contents open_;              // guarded by mutex_
  std::uint64_t last_id_ = 0;  // guarded by mutex_
};

/// A line in the books that waits for its end: as a callback it writes the outcome down. One that
/// goes uncalled belongs to a future that could not be had after all.
class OpenLine {
 public:
  OpenLine(std::shared_ptr<Books> books, std::string_view name, const std::source_location& where)
      : books_(std::move(books)), id_(books_->enter(name, where)) {}

  OpenLine(OpenLine&&) noexcept = default;
  OpenLine& operator=(OpenLine&&) = delete;
  ~OpenLine() {
    if (books_) books_->leave(id_, Ending::abandoned);
  }

  template <class T>
  void operator()(const Result<T>& outcome) {
    std::exchange(books_, nullptr)->leave(id_, ending_of(outcome));
  }

 private:
  std::shared_ptr<Books> books_;
  std::uint64_t id_;
};

/// Writes Prometheus' text format, version 0.0.4. Numbers are written by std::to_chars, which
/// knows no locale: a stream would write 1,234.5 where somebody has set one.
class Exposition {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void metric(std::string_view name, std::string_view type, std::string_view help) {
    ((text_ += "# HELP ").append(name) += ' ').append(help) += '\n';
    ((text_ += "# TYPE ").append(name) += ' ').append(type) += '\n';
  }

  template <class Number>
  void sample(std::string_view name, Labels labels, Number value) {
    text_ += name;
    char separator = '{';
    for (const auto& [label, label_value] : labels) {
      ((text_ += std::exchange(separator, ',')) += label) += "=\"";
      for (const char c : label_value) append_escaped(c);
      text_ += '"';
    }
    std::array<char, 32> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    (text_ += "} ").append(digits.data(), written.ptr) += '\n';
  }

  std::string text() && { return std::move(text_); }

 private:
  void append_escaped(char c) {
    if (c == '\\' || c == '"') text_ += '\\';
    if (c == '\n') {
      text_ += "\\n";
    } else {
      text_ += c;
    }
  }

  std::string text_;
};

inline std::string exposition_of(const Books::AllSeries& all) {
  Exposition text;
  text.metric("futures_created_total", "counter", "Futures that were asked for.");
  for (const auto& [name, series] : all) {
    text.sample("futures_created_total", {{"name", name}}, series.created);
  }
  // Every ending from the first future on: rate() does not see a series begin at one.
  text.metric("futures_settled_total", "counter", "Futures that have their outcome.");
  for (const auto& [name, series] : all) {
    for (std::size_t i = 0; i < ending_names.size(); ++i) {
      text.sample("futures_settled_total", {{"name", name}, {"outcome", ending_names[i]}},
                  series.ended[i].count);
    }
  }
  text.metric("futures_in_flight", "gauge", "Futures that have no outcome yet.");
  for (const auto& [name, series] : all) {
    std::uint64_t in_flight = series.created;
    for (const Durations& durations : series.ended) in_flight -= durations.count;
    text.sample("futures_in_flight", {{"name", name}}, in_flight);
  }
  text.metric("future_duration_seconds", "histogram", "From the making to the outcome.");
  for (const auto& [name, series] : all) {
    for (std::size_t i = 0; i < ending_names.size(); ++i) {
      const std::string_view outcome = ending_names[i];
      const Durations& durations = series.ended[i];
      std::uint64_t so_far = 0;
      for (std::size_t bound = 0; bound < duration_bounds.size(); ++bound) {
        so_far += durations.counts[bound];
        text.sample("future_duration_seconds_bucket",
                    {{"name", name}, {"outcome", outcome}, {"le", duration_bounds[bound].le}},
                    so_far);
      }
      text.sample("future_duration_seconds_bucket",
                  {{"name", name}, {"outcome", outcome}, {"le", "+Inf"}}, durations.count);
      text.sample("future_duration_seconds_sum", {{"name", name}, {"outcome", outcome}},
                  std::chrono::duration<double>(durations.sum).count());
      text.sample("future_duration_seconds_count", {{"name", name}, {"outcome", outcome}},
                  durations.count);
    }
  }
  return std::move(text).text();
}

}  // namespace detail

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
  explicit BasicTracker(Now now = &Clock::now)
      : books_(std::make_shared<detail::Books>(std::move(now))) {}

  BasicTracker(const BasicTracker&) = delete;
  BasicTracker& operator=(const BasicTracker&) = delete;

  /// Lets go of the clock, which is not asked any more, and of everything that was written down.
  ~BasicTracker() { books_->close(); }

  /// Like promissory::make_future(), and watches.
  /// @param name what the future stands for: the label of its metrics, so rather the name of an
  ///     operation than of a customer. It is copied.
  /// @param where who asks; leave it out, unless you ask for somebody else
  template <class T>
  std::pair<Future<T>, Resolver<T>> make_future(
      std::string_view name, std::source_location where = std::source_location::current()) {
    detail::OpenLine line(books_, name, where);
    auto made = promissory::make_future<T>();
    made.first.on_ready(std::move(line));
    return made;
  }

  /// Like promissory::go(), and watches. The future is in the books before its work begins. One
  /// whose thread cannot be started is counted as abandoned.
  template <class F>
  auto go(F fn, std::string_view name, std::stop_token token = {},
          std::source_location where = std::source_location::current()) {
    detail::OpenLine line(books_, name, where);
    auto future = promissory::go(std::move(fn), std::move(token));
    future.on_ready(std::move(line));
    return future;
  }

  /// @return the futures without an outcome that are at least `older_than` old, the oldest first
  std::vector<Unkept> report(Clock::duration older_than = Clock::duration::zero()) const {
    return books_->pending(older_than);
  }

  /// All that was counted, at one moment, in Prometheus' text format (version 0.0.4), for each name
  /// and from its first future on:
  ///
  ///     futures_created_total{name}             counter
  ///     futures_settled_total{name,outcome}     counter, for each of the three outcomes
  ///     futures_in_flight{name}                 gauge: created and not settled
  ///     future_duration_seconds{name,outcome}   histogram, from the making to the outcome
  std::string metrics() const { return detail::exposition_of(books_->series()); }

 private:
  std::shared_ptr<detail::Books> books_;
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
    return promissory::make_future<T>();
  }

  template <class F>
  auto go(F&& fn, std::string_view /*name*/, std::stop_token token = {},
          std::source_location /*where*/ = {}) {
    return promissory::go(std::forward<F>(fn), std::move(token));
  }

  /// @return nothing
  std::vector<Unkept> report(Clock::duration /*older_than*/ = {}) const { return {}; }

  /// @return no text, which is a scrape without samples
  std::string metrics() const { return {}; }
};

/// Given: compiled with -DFUTURES_UNTRACKED it watches nothing and costs nothing. The two are
/// different types, so that objects which were compiled differently do not link to each other.
#ifdef FUTURES_UNTRACKED
using Tracker = BasicTracker<false>;
#else
using Tracker = BasicTracker<true>;
#endif

}  // namespace promissory
