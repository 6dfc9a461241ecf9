// A coordinator in memory, for tests without a server and without another process.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "14-distributed-future/coordinator.hpp"

namespace promissory::support {

/// Does what its interface says, and nothing more: news reaches those who have subscribed before,
/// and nobody is told of a lock that ends by itself. Works by steady_clock, which the explorer
/// makes virtual.
class MemoryCoordinator : public Coordinator {
 public:
  using Clock = std::chrono::steady_clock;

  std::optional<std::string> value(const std::string& key, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(server_->mutex);
    const auto found = server_->values.find(key);
    if (found == server_->values.end() || found->second.ends <= Clock::now()) return std::nullopt;
    return found->second.text;
  }

  Attempt lock(const std::string& key, const std::string& owner, Milliseconds ttl,
               const Patience& patience) override {
    patience.check();
    std::lock_guard lock(server_->mutex);
    const auto now = Clock::now();
    auto& held = server_->locks[key];
    if (held.ends > now && held.text != owner) {
      return {0, std::chrono::ceil<Milliseconds>(held.ends - now)};
    }
    held = {owner, now + ttl};
    return {++server_->last_fence, Milliseconds(0)};
  }

  bool renew(const std::string& key, const std::string& owner, Milliseconds ttl,
             const Patience& patience) override {
    patience.check();
    std::lock_guard lock(server_->mutex);
    if (!server_->has(key, owner)) return false;
    server_->locks[key].ends = Clock::now() + ttl;
    return true;
  }

  bool publish(const std::string& key, const std::string& owner, const std::string& value,
               Milliseconds ttl, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(server_->mutex);
    if (!server_->has(key, owner)) return false;
    server_->values[key] = {value, Clock::now() + ttl};
    server_->free(key);
    return true;
  }

  void release(const std::string& key, const std::string& owner) noexcept override {
    std::lock_guard lock(server_->mutex);
    if (server_->has(key, owner)) server_->free(key);
  }

  std::unique_ptr<Subscription> subscribe(const std::string& key,
                                          const Patience& patience) override {
    patience.check();
    std::lock_guard lock(server_->mutex);
    return std::make_unique<News>(server_, key, server_->news[key]);
  }

  /// @return whether somebody has the lock of `key`
  bool is_locked(const std::string& key) const {
    std::lock_guard lock(server_->mutex);
    const auto found = server_->locks.find(key);
    return found != server_->locks.end() && found->second.ends > Clock::now();
  }

  /// Ends the lock of `key`, as its time to live does: nobody is told.
  void expire(const std::string& key) {
    std::lock_guard lock(server_->mutex);
    server_->locks.erase(key);
  }

 private:
  struct Entry {
    std::string text;
    Clock::time_point ends;
  };

  struct Server {
    bool has(const std::string& key, const std::string& owner) const {
      const auto found = locks.find(key);
      return found != locks.end() && found->second.text == owner &&
             found->second.ends > Clock::now();
    }
    void free(const std::string& key) {
      locks.erase(key);
      ++news[key];
      changed.notify_all();
    }

    mutable std::mutex mutex;
    std::condition_variable_any changed;
    std::map<std::string, Entry> values;
    std::map<std::string, Entry> locks;
    std::map<std::string, std::uint64_t> news;  // how many there were of a key
    std::uint64_t last_fence = 0;
  };

  class News : public Subscription {
   public:
    News(std::shared_ptr<Server> server, std::string key, std::uint64_t seen)
        : server_(std::move(server)), key_(std::move(key)), seen_(seen) {}

    void wait(const Patience& patience) override {
      std::unique_lock lock(server_->mutex);
      const auto is_news = [&] { return server_->news[key_] != seen_; };
      const bool came =
          patience.deadline == Clock::time_point::max()
              ? server_->changed.wait(lock, patience.token, is_news)
              : server_->changed.wait_until(lock, patience.token, patience.deadline, is_news);
      if (!came) {
        const bool is_stopped = patience.token.stop_requested();
        throw std::system_error(std::make_error_code(is_stopped ? std::errc::operation_canceled
                                                                : std::errc::timed_out));
      }
      seen_ = server_->news[key_];
    }

   private:
    std::shared_ptr<Server> server_;
    std::string key_;
    std::uint64_t seen_;
  };

  std::shared_ptr<Server> server_ = std::make_shared<Server>();
};

}  // namespace promissory::support
