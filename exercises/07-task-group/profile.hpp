// Three calls to a backend, of which each depends on none, in the time of the slowest.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "02-result/result.hpp"
#include "07-task-group/task_group.hpp"
#include "support/todo.hpp"

namespace promissory {

struct User {
  std::string id;
  std::string name;
};

struct Order {
  std::string id;
};

struct Recommendation {
  std::string sku;
};

/// What a page about a user shows.
struct Profile {
  User user;
  std::vector<Order> orders;
  std::vector<Recommendation> recommendations;
};

/// Where profiles come from. Each call may block, and should give up when `token` is stopped; it
/// reports failure, and that it gave up, by throwing.
/// Thread-safety: all members may be called from several threads at once.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual User fetch_user(const std::string& id, std::stop_token token) = 0;
  virtual std::vector<Order> fetch_orders(const std::string& id, std::stop_token token) = 0;
  virtual std::vector<Recommendation> fetch_recommendations(const std::string& id,
                                                            std::stop_token token) = 0;
};

/// Makes the three calls of `backend` at the same time, each once, and returns when all of them
/// have.
/// @param token when it is stopped, so are the tokens of the calls. They are also stopped when one
///     of the calls fails.
/// @return the whole profile, or the error of the call that was the first to fail, as it was thrown
/// @throws std::system_error when a thread cannot be started; no call is under way then
/// Thread-safety: may be called from any thread. Source: Task 7 of the practice tasks.
inline Result<Profile> fetch_profile([[maybe_unused]] Backend& backend,
                                     [[maybe_unused]] const std::string& id,
                                     [[maybe_unused]] std::stop_token token = {}) {
  todo("fetch_profile: make the three calls in one TaskGroup, wait, put the profile together.");
}

}  // namespace promissory
