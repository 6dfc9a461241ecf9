// Many callers ask for the same thing at the same time: it is fetched once, for all of them.
#pragma once

#include <concepts>
#include <functional>
#include <stop_token>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "support/todo.hpp"

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
  explicit SingleFlight([[maybe_unused]] Leaving policy = Leaving::detached) {
    // TODO: keep the policy.
  }

  SingleFlight(const SingleFlight&) = delete;
  SingleFlight& operator=(const SingleFlight&) = delete;

  /// Asks all flights to stop, also those that were forgotten or left, and waits until they are
  /// down and what they kept alive is gone.
  ~SingleFlight() {
    // TODO: ask all flights to stop and wait until they are down. (There are none yet: todo() here
    // would end the process.)
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
  Flown<V> run([[maybe_unused]] const K& key, [[maybe_unused]] F fn,
               [[maybe_unused]] std::stop_token token = {}) {
    todo("SingleFlight::run: join the flight for the key, or start one; wait for what it brings.");
  }

  /// Frees `key`: the next run() starts a flight of its own. One that is in the air flies on for
  /// those who have joined it.
  void forget([[maybe_unused]] const K& key) {
    todo("SingleFlight::forget: free the key; leave the flight to those who have joined it.");
  }
};

}  // namespace promissory
