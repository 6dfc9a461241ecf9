// A Coordinator for processes that share a Redis server.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "14-distributed-future/coordinator.hpp"
#include "14-distributed-future/redis.hpp"

namespace promissory {

namespace detail {

class RedisSubscription : public Subscription {
 public:
  explicit RedisSubscription(std::unique_ptr<RedisChannel> channel)
      : channel_(std::move(channel)) {}

  void wait(const Patience& patience) override { channel_->next(patience); }

 private:
  std::unique_ptr<RedisChannel> channel_;
};

}  // namespace detail

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

  std::optional<std::string> value(const std::string& key, const Patience& patience) override {
    return redis_.command({"GET", name("value", key)}, patience).text;
  }

  Attempt lock(const std::string& key, const std::string& owner, Milliseconds ttl,
               const Patience& patience) override {
    // SET NX fails on the owner's own lock, too: its answer may have been lost.
    static const std::string script =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then"
        "  redis.call('PEXPIRE', KEYS[1], ARGV[2]) "
        "elseif not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then"
        "  return {0, redis.call('PTTL', KEYS[1])} "
        "end "
        "return {redis.call('INCR', KEYS[2]), 0}";
    const auto reply = redis_.command({"EVAL", script, "2", name("lock", key), prefix_ + ":fence",
                                       owner, std::to_string(ttl.count())},
                                      patience);
    // A lock without a time to live has -1; nobody here makes one.
    return {static_cast<std::uint64_t>(reply.items.at(0).number),
            Milliseconds(std::max<std::int64_t>(reply.items.at(1).number, 0))};
  }

  bool renew(const std::string& key, const std::string& owner, Milliseconds ttl,
             const Patience& patience) override {
    static const std::string script =
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
        "return redis.call('PEXPIRE', KEYS[1], ARGV[2])";
    return redis_
               .command(
                   {"EVAL", script, "1", name("lock", key), owner, std::to_string(ttl.count())},
                   patience)
               .number == 1;
  }

  bool publish(const std::string& key, const std::string& owner, const std::string& value,
               Milliseconds ttl, const Patience& patience) override {
    static const std::string script =
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
        "redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3]) "
        "redis.call('DEL', KEYS[1]) "
        "redis.call('PUBLISH', KEYS[3], 'value') "
        "return 1";
    return redis_
               .command({"EVAL", script, "3", name("lock", key), name("value", key),
                         name("news", key), owner, value, std::to_string(ttl.count())},
                        patience)
               .number == 1;
  }

  void release(const std::string& key, const std::string& owner) noexcept override {
    static const std::string script =
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
        "redis.call('DEL', KEYS[1]) "
        "return redis.call('PUBLISH', KEYS[2], 'free')";
    redis_.post({"EVAL", script, "2", name("lock", key), name("news", key), owner});
  }

  std::unique_ptr<Subscription> subscribe(const std::string& key,
                                          const Patience& patience) override {
    return std::make_unique<detail::RedisSubscription>(
        redis_.subscribe(name("news", key), patience));
  }

 private:
  std::string name(const char* what, const std::string& key) const {
    return prefix_ + ":" + what + ":" + key;
  }

  Redis redis_;
  const std::string prefix_;
};

}  // namespace promissory
