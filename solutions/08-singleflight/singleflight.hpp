// Many callers ask for the same thing at the same time: it is fetched once, for all of them.
#pragma once

#include <concepts>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"

namespace promissory {

namespace detail {

template <class F>
concept Flyable = std::invocable<F&> || std::invocable<F&, std::stop_token>;

}  // namespace detail

/// What becomes of a flight when its last caller has given up.
enum class Leaving {
  detached,    ///< nothing: it flies on, and whoever asks for its key meanwhile joins it
  refcounted,  ///< it is asked to stop, and whoever asks for its key then gets another flight
};

/// What a flight has brought.
template <class V>
struct Flown {
  V value;      ///< a copy for each caller
  bool shared;  ///< did others join the flight? The same for all its callers; for metrics
};

/// Runs a function once for all who ask for the same key at the same time. One of them brings the
/// flight into the air, the others join it, and all get a copy of its value, or its error. When it
/// has landed the key is free: this is no cache, and the next caller starts another flight.
///
/// A flight has a thread and a stop token of its own. The token of a caller, also of the one who
/// started the flight, ends that caller's wait and nobody else's; what it means for the flight is
/// in `Leaving`.
///
/// @tparam K copied and hashed; hash and comparison must not use this SingleFlight
/// @tparam V copied for each caller; Unit for work without a value
/// Thread-safety: all members may be called from any threads at once; destroy it when no caller but
/// its own flights is in run() any more. Source: Task 8 of the practice tasks, and singleflight of
/// golang.org/x/sync.
template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
class SingleFlight {
 public:
  explicit SingleFlight(Leaving policy = Leaving::detached) : policy_(policy) {}

  SingleFlight(const SingleFlight&) = delete;
  SingleFlight& operator=(const SingleFlight&) = delete;

  /// Asks all flights to stop, also those that were forgotten or left, and waits until they are
  /// down and what they kept alive is gone.
  ~SingleFlight() {
    closing_.request_stop();  // not under the lock: it calls what the flights have registered
    std::unique_lock lock(mutex_);
    all_down_.wait(lock, [this] { return in_the_air_ == 0; });
  }

  /// Joins the flight for `key`, or starts one, and waits for what it brings.
  /// @param fn called as fn(token) or fn(), if this call starts the flight; otherwise dropped. It
  ///     makes a V, a Result<V>, or nothing (then V is Unit); whatever it throws is what the flight
  ///     brings. No lock is held while it runs: it may run() other keys. May be move-only; is
  ///     destroyed when it has run.
  /// @param token ends this caller's wait. When it is stopped already nothing is started or joined.
  /// @throws what `fn` threw, the same exception object to all callers of the flight
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first;
  ///     with std::errc::resource_deadlock_would_occur from inside the flight of this very key;
  ///     when no thread can be started, that error, to all callers of the flight
  template <detail::Flyable F>
  Flown<V> run(const K& key, F fn, std::stop_token token = {}) {
    if (token.stop_requested()) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    const auto [flight, is_new] = board(key);
    if (is_new) take_off(flight, std::move(fn));
    // Who cannot be stopped sleeps where it costs least: a condition variable gives its lock to
    // everybody whom it wakes, one after the other, and std::promise needs none.
    if (!token.stop_possible()) flight->down.wait();
    const V* value = nullptr;
    try {
      value = &flight->landed.await(std::move(token));
    } catch (...) {
      if (!flight->landed.ready()) leave(*flight);
      throw;
    }
    // Read without the lock: who joined, did so before the flight landed, and nobody can now.
    return {*value, flight->shared};
  }

  /// Frees `key`: the next run() starts a flight of its own. One that is in the air flies on for
  /// those who have joined it.
  void forget(const K& key) {
    std::lock_guard lock(mutex_);
    flights_.erase(key);
  }

 private:
  struct Flight {
    explicit Flight(const K& its_key) : key(its_key) {
      std::tie(landed, land) = make_future<V>();
      down = over.get_future();
    }

    // What a caller needs when it wakes up, side by side.
    Future<V> landed;
    std::shared_future<void> down;
    int waiting = 1;      // guarded by mutex_
    bool shared = false;  // written under mutex_, before it lands

    const K key;
    Resolver<V> land;
    std::promise<void> over;  // kept when it has landed, with a value or an error
    std::stop_source stop;
  };

  struct Boarded {
    std::shared_ptr<Flight> flight;
    bool is_new;
  };

  // One lock makes the question and the entry one step.
  Boarded board(const K& key) {
    std::lock_guard lock(mutex_);
    if (const auto found = flights_.find(key); found != flights_.end()) {
      Flight& flight = *found->second;
      if (&flight == flown_by_this_thread_) {
        throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
      }
      ++flight.waiting;
      flight.shared = true;
      return {found->second, false};
    }
    const auto flight = std::make_shared<Flight>(key);
    flights_.emplace(key, flight);
    ++in_the_air_;
    return {flight, true};
  }

  /// On a thread of the flight's own, so that its first caller can give up like any other. Not
  /// under the lock: starting a thread takes long enough to hold up the callers of other keys.
  template <class F>
  void take_off(const std::shared_ptr<Flight>& flight, F fn) {
    try {
      go([this, flight = flight, fn = std::optional<F>(std::move(fn))]() mutable {
        land(*flight, bring(*flight, *fn));
        fn.reset();
        flight.reset();
        is_down();  // the last thing, after which the group may go
      });
    } catch (...) {  // whoever has joined meanwhile must hear of it, too
      land(*flight, Failure(std::current_exception()));
      is_down();
    }
  }

  template <class F>
  Result<V> bring(Flight& flight, F& fn) {
    flown_by_this_thread_ = &flight;
    const std::stop_callback at_the_end(closing_.get_token(), [&] { flight.stop.request_stop(); });
    const auto call = [&]() -> decltype(auto) {
      if constexpr (std::invocable<F&, std::stop_token>) {
        return std::invoke(fn, flight.stop.get_token());
      } else {
        return std::invoke(fn);
      }
    };
    // The outer net is for what moving the value, or making a V of it, may throw.
    return capture([&]() -> V { return capture(call).value(); });
  }

  void land(Flight& flight, Result<V> brought) {
    {
      std::lock_guard lock(mutex_);
      free_key_of(flight);  // before anybody hears: who then asks again gets another flight
    }
    const auto told = capture([&] { return flight.land.resolve(std::move(brought).value()); });
    if (!told) flight.land.reject(told.error());
    flight.over.set_value();
  }

  void is_down() {
    // Notified under the lock: the destructor may go on as soon as it has it.
    std::lock_guard lock(mutex_);
    if (--in_the_air_ == 0) all_down_.notify_all();
  }

  /// For a caller that has given up.
  void leave(Flight& flight) {
    {
      std::lock_guard lock(mutex_);
      if (--flight.waiting > 0 || policy_ == Leaving::detached) return;
      free_key_of(flight);  // before the stop: nobody may join what is about to be cancelled
    }
    flight.stop.request_stop();  // not under the lock: it calls what the flight has registered
  }

  /// Under the lock. Another flight may have the key by now, if this one was forgotten or left.
  void free_key_of(const Flight& flight) {
    const auto found = flights_.find(flight.key);
    if (found != flights_.end() && found->second.get() == &flight) flights_.erase(found);
  }

  static inline thread_local const Flight* flown_by_this_thread_ = nullptr;

  const Leaving policy_;
  std::stop_source closing_;  // stopped by the destructor
  std::mutex mutex_;
  std::condition_variable all_down_;
  int in_the_air_ = 0;                                                   // guarded by mutex_
  std::unordered_map<K, std::shared_ptr<Flight>, Hash, Equal> flights_;  // guarded by mutex_
};

}  // namespace promissory
