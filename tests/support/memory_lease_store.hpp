// A store of leased promises in memory, for tests without a server and without another process.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "s3-leased-promises/lease_store.hpp"

namespace promissory::support {

/// Does what its interface says, and nothing more: news reaches those who have subscribed before,
/// and nobody is told of a lease that ends by itself. Works by steady_clock, which the explorer
/// makes virtual.
class MemoryLeaseStore : public LeaseStore {
 public:
  using Clock = std::chrono::steady_clock;

  bool begin(const std::string& id, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(table_->mutex);
    if (table_->find(id) != nullptr) return false;
    table_->rows.push_back({id, 0, std::nullopt, std::nullopt});
    table_->tell(work);
    return true;
  }

  Claim claim(const std::string& /*writer*/, Milliseconds ttl, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(table_->mutex);
    const auto now = Clock::now();
    std::optional<Milliseconds> next;
    for (Row& row : table_->rows) {
      if (row.outcome) continue;
      if (!row.ends || *row.ends <= now) {
        row.ends = now + ttl;
        return {Lease{row.id, ++row.fence}, std::nullopt};
      }
      const auto left = std::chrono::ceil<Milliseconds>(*row.ends - now);
      next = next ? std::min(*next, left) : left;
    }
    return {std::nullopt, next};
  }

  bool renew(const Lease& lease, Milliseconds ttl, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(table_->mutex);
    Row* row = table_->pending(lease);
    if (row != nullptr) row->ends = Clock::now() + ttl;
    return row != nullptr;
  }

  bool settle(const Lease& lease, const Outcome& outcome, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(table_->mutex);
    if (Row* row = table_->pending(lease)) {
      row->outcome = outcome;
      row->ends.reset();
      ++table_->settlements;
      table_->tell("settled " + lease.id);
      return true;
    }
    const Row* row = table_->find(lease.id);
    return row != nullptr && row->fence == lease.fence;
  }

  bool release(const Lease& lease, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(table_->mutex);
    Row* row = table_->pending(lease);
    if (row == nullptr) return false;
    row->ends.reset();
    table_->tell(work);
    return true;
  }

  std::optional<Outcome> outcome(const std::string& id, const Patience& patience) override {
    patience.check();
    std::lock_guard lock(table_->mutex);
    const Row* row = table_->find(id);
    return row == nullptr ? std::nullopt : row->outcome;
  }

  std::unique_ptr<Subscription> subscribe_to_outcome(const std::string& id,
                                                     const Patience& patience) override {
    return subscribe("settled " + id, patience);
  }
  std::unique_ptr<Subscription> subscribe_to_work(const Patience& patience) override {
    return subscribe(work, patience);
  }

  /// @return whether somebody has a lease on the promise `id` that has not ended
  bool is_leased(const std::string& id) const {
    std::lock_guard lock(table_->mutex);
    const Row* row = table_->find(id);
    return row != nullptr && row->ends && *row->ends > Clock::now();
  }

  /// @return the fence of the latest lease of the promise `id`, which has been begun
  std::uint64_t fence(const std::string& id) const {
    std::lock_guard lock(table_->mutex);
    return table_->find(id)->fence;
  }

  /// Ends the lease of the promise `id`, as its time to live does: nobody is told.
  void expire(const std::string& id) {
    std::lock_guard lock(table_->mutex);
    table_->find(id)->ends = Clock::time_point::min();
  }

  /// @return how many promises were settled
  std::size_t settlements() const {
    std::lock_guard lock(table_->mutex);
    return table_->settlements;
  }

 private:
  static constexpr const char* work = "work";

  struct Row {
    std::string id;
    std::uint64_t fence;
    std::optional<Clock::time_point> ends;
    std::optional<Outcome> outcome;
  };

  struct Table {
    Row* find(const std::string& id) {
      const auto found =
          std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id; });
      return found == rows.end() ? nullptr : &*found;
    }
    Row* pending(const Lease& lease) {
      Row* row = find(lease.id);
      return row != nullptr && !row->outcome && row->fence == lease.fence ? row : nullptr;
    }
    void tell(const std::string& topic) {
      ++news[topic];
      changed.notify_all();
    }

    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<Row> rows;                      // in the order in which they were begun
    std::map<std::string, std::uint64_t> news;  // how many there were of a topic
    std::size_t settlements = 0;
  };

  class News : public Subscription {
   public:
    News(std::shared_ptr<Table> table, std::string topic, std::uint64_t seen)
        : table_(std::move(table)), topic_(std::move(topic)), seen_(seen) {}

    void wait(const Patience& patience) override {
      std::unique_lock lock(table_->mutex);
      const auto is_news = [&] { return table_->news[topic_] != seen_; };
      const bool came =
          patience.deadline == Clock::time_point::max()
              ? table_->changed.wait(lock, patience.token, is_news)
              : table_->changed.wait_until(lock, patience.token, patience.deadline, is_news);
      if (!came) {
        const bool is_stopped = patience.token.stop_requested();
        throw std::system_error(std::make_error_code(is_stopped ? std::errc::operation_canceled
                                                                : std::errc::timed_out));
      }
      seen_ = table_->news[topic_];
    }

   private:
    const std::shared_ptr<Table> table_;
    const std::string topic_;
    std::uint64_t seen_;
  };

  std::unique_ptr<Subscription> subscribe(const std::string& topic, const Patience& patience) {
    patience.check();
    std::lock_guard lock(table_->mutex);
    return std::make_unique<News>(table_, topic, table_->news[topic]);
  }

  const std::shared_ptr<Table> table_ =
      std::make_shared<Table>();  // subscriptions may outlive this
};

}  // namespace promissory::support
