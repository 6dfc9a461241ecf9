// Users from a slow backend, loaded once for all who ask at the same time.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <utility>

#include "08-singleflight/singleflight.hpp"

namespace promissory {

/// Loads users. However many ask for the same one at the same time, the backend is asked once.
///
/// The flights belong to the loader: two loaders, with two backends, share nothing. Nothing is
/// cached: who asks after the load gets a new one.
/// Thread-safety: all members may be called from any threads at once. Source: Task 8 of the
/// practice tasks.
class UserLoader {
 public:
  struct User {
    std::string id;
    std::string name;
    bool operator==(const User&) const = default;
  };

  /// Asks the backend. Called without a lock, on a thread of the flight's, with the flight's token.
  using Load = std::function<User(const std::string& id, std::stop_token token)>;

  /// @param load is called by several threads at once, for different users
  /// @param policy what becomes of a load when nobody waits for it any more. It is stopped unless
  ///     you say otherwise: nothing keeps its user, so nobody would ever get it.
  explicit UserLoader(Load load, Leaving policy = Leaving::refcounted)
      : load_(std::move(load)), flights_(policy) {}

  /// @return the user, a copy for each caller
  /// @throws what `load` threw, the same exception object to all who asked at the same time
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped first:
  ///     that is the end of this call, and of nobody else's
  User get(const std::string& id, std::stop_token token = {}) {
    // `id` is copied: the flight may outlive this call, and with it what the caller has lent.
    const auto load = [this, id](std::stop_token flights_token) {
      return load_(id, std::move(flights_token));
    };
    return flights_.run(id, load, std::move(token)).value;
  }

 private:
  Load load_;
  SingleFlight<std::string, User> flights_;  // goes first, and waits for the flights that use load_
};

}  // namespace promissory
