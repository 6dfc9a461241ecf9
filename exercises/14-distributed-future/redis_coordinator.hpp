// A Coordinator for processes that share a Redis server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "14-distributed-future/coordinator.hpp"
#include "14-distributed-future/redis.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Keeps all of it in one Redis server, under names that begin with a prefix. The server runs a
/// script from beginning to end before it listens to anybody else; that makes one step of many.
///
///     prefix:value:KEY   the bytes, with a time to live
///     prefix:lock:KEY    the owner's name, with a time to live
///     prefix:fence       counts the locks that were ever taken
///     prefix:news:KEY    a channel
///
/// Throws RedisError, too, when the server refuses a command.
/// Source: Task 14 of the practice tasks.
class RedisCoordinator : public Coordinator {
 public:
  /// @param socket the path of the server's Unix socket
  /// @param prefix a word without colons; coordinators with different ones never meet
  explicit RedisCoordinator(std::string socket, std::string prefix = "promissory")
      : redis_(std::move(socket)), prefix_(std::move(prefix)) {}

  std::optional<std::string> value([[maybe_unused]] const std::string& key,
                                   [[maybe_unused]] const Patience& patience) override {
    todo("RedisCoordinator::value: GET the bytes; there may be none.");
  }

  Attempt lock([[maybe_unused]] const std::string& key, [[maybe_unused]] const std::string& owner,
               [[maybe_unused]] Milliseconds ttl,
               [[maybe_unused]] const Patience& patience) override {
    todo(
        "RedisCoordinator::lock: take it if it is free or already the owner's, in one script; else "
        "tell how long it lasts.");
  }

  bool renew([[maybe_unused]] const std::string& key, [[maybe_unused]] const std::string& owner,
             [[maybe_unused]] Milliseconds ttl,
             [[maybe_unused]] const Patience& patience) override {
    todo("RedisCoordinator::renew: give the lock more time, if it is the owner's.");
  }

  bool publish([[maybe_unused]] const std::string& key, [[maybe_unused]] const std::string& owner,
               [[maybe_unused]] const std::string& value, [[maybe_unused]] Milliseconds ttl,
               [[maybe_unused]] const Patience& patience) override {
    todo(
        "RedisCoordinator::publish: if the lock is the owner's, keep the value, free the lock, "
        "tell the subscribers.");
  }

  void release([[maybe_unused]] const std::string& key,
               [[maybe_unused]] const std::string& owner) noexcept override {
    // Free the lock if it is the owner's, and tell the subscribers: post(), which waits for
    // nothing. (There is no todo() here, for it throws.)
  }

  std::unique_ptr<Subscription> subscribe([[maybe_unused]] const std::string& key,
                                          [[maybe_unused]] const Patience& patience) override {
    todo("RedisCoordinator::subscribe: hear what is published on the channel of the key.");
  }

 private:
  Redis redis_;
  const std::string prefix_;
};

}  // namespace promissory
