// A LeaseStore for processes that share a PostgreSQL database.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "s3-leased-promises/lease_store.hpp"
#include "s3-leased-promises/postgres.hpp"
#include "s3-leased-promises/schema.hpp"

namespace promissory {

namespace detail {

/// Tells of a notification whose payload is the one that was asked for.
class PostgresSubscription : public Subscription {
 public:
  PostgresSubscription(std::unique_ptr<PostgresChannel> channel, std::string payload)
      : channel_(std::move(channel)), payload_(std::move(payload)) {}

  void wait(const Patience& patience) override {
    while (channel_->next(patience) != payload_) {
    }
  }

 private:
  std::unique_ptr<PostgresChannel> channel_;
  const std::string payload_;
};

}  // namespace detail

/// Keeps all of it in the table `promise` of one database (schema.hpp). Each member is one
/// transaction, and tells of what it has done in that same transaction: whoever is told finds it
/// committed, and nothing is committed that nobody is told of.
///
///     channel promissory_settled   payload: the MD5 of the promise's id
///     channel promissory_work      no payload
///
/// Throws pqxx::sql_error, too, when the server refuses a statement.
/// Source: Stretch challenge S3 of the practice tasks.
class PostgresLeaseStore : public LeaseStore {
 public:
  /// @param where as libpq has it: "host=/run/postgresql user=alice dbname=promises"
  explicit PostgresLeaseStore(std::string where) : postgres_(std::move(where)) {}

  bool begin(const std::string& id, const Patience& patience) override {
    return postgres_.transact(patience, [&](pqxx::work& work) {
      // It waits for another INSERT of the same id, and sees what has become of that.
      const auto told = work.exec_params(
          "with begun as ("
          "  insert into promise (id) values ($1) on conflict do nothing returning id) "
          "select pg_notify('promissory_work', '') from begun",
          pqxx::binarystring(id));
      return !told.empty();
    });
  }

  Claim claim(const std::string& writer, Milliseconds ttl, const Patience& patience) override {
    return postgres_.transact(patience, [&](pqxx::work& work) -> Claim {
      const auto taken = work.exec_params(
          // Materialized, or the planner might look for one more than once, and lock each.
          "with free as materialized ("
          "  select id from promise"
          "  where state = 'pending' and (lease_ends is null or lease_ends <= clock_timestamp())"
          "  order by position limit 1 for update skip locked) "
          "update promise set fence = fence + 1, writer = $1,"
          "  lease_ends = clock_timestamp() + $2 * interval '1 millisecond' "
          "from free where promise.id = free.id "
          "returning promise.id, fence",
          writer, ttl.count());
      if (!taken.empty()) {
        return {Lease{pqxx::binarystring(taken[0][0]).str(), taken[0][1].as<std::uint64_t>()}, {}};
      }
      // Of what was passed over nobody may tell when its transaction dies: look again soon.
      const auto next = work.exec(
          "select ceil(extract(epoch from greatest("
          "  min(coalesce(lease_ends, clock_timestamp())) - clock_timestamp(),"
          "  interval '10 milliseconds')) * 1000)::bigint "
          "from promise where state = 'pending' having count(*) > 0");
      if (next.empty()) return {};
      return {{}, Milliseconds(next[0][0].as<std::int64_t>())};
    });
  }

  bool renew(const Lease& lease, Milliseconds ttl, const Patience& patience) override {
    return postgres_.transact(patience, [&](pqxx::work& work) {
      const auto renewed = work.exec_params(
          "update promise set lease_ends = clock_timestamp() + $3 * interval '1 millisecond' "
          "where id = $1 and fence = $2 and state = 'pending' returning id",
          pqxx::binarystring(lease.id), lease.fence, ttl.count());
      return !renewed.empty();
    });
  }

  bool settle(const Lease& lease, const Outcome& outcome, const Patience& patience) override {
    return postgres_.transact(patience, [&](pqxx::work& work) {
      const auto told = work.exec_params(
          "with settled as ("
          "  update promise set state = $3, payload = $4, lease_ends = null"
          "  where id = $1 and fence = $2 and state = 'pending' returning id) "
          "select pg_notify('promissory_settled', md5(id)) from settled",
          pqxx::binarystring(lease.id), lease.fence,
          outcome.state == PromiseState::resolved ? "resolved" : "rejected",
          pqxx::binarystring(outcome.payload));
      if (!told.empty()) return true;
      // Ours, if the answer to an earlier call was lost: nobody else has had this fence.
      const auto ours = work.exec_params(
          "select from promise where id = $1 and fence = $2 and state <> 'pending'",
          pqxx::binarystring(lease.id), lease.fence);
      return !ours.empty();
    });
  }

  bool release(const Lease& lease, const Patience& patience) override {
    return postgres_.transact(patience, [&](pqxx::work& work) {
      const auto told = work.exec_params(
          "with released as ("
          "  update promise set lease_ends = null"
          "  where id = $1 and fence = $2 and state = 'pending' returning id) "
          "select pg_notify('promissory_work', '') from released",
          pqxx::binarystring(lease.id), lease.fence);
      return !told.empty();
    });
  }

  std::optional<Outcome> outcome(const std::string& id, const Patience& patience) override {
    return postgres_.transact(patience, [&](pqxx::work& work) -> std::optional<Outcome> {
      const auto found = work.exec_params(
          "select state, payload from promise where id = $1 and state <> 'pending'",
          pqxx::binarystring(id));
      if (found.empty()) return std::nullopt;
      return Outcome{found[0][0].as<std::string>() == "resolved" ? PromiseState::resolved
                                                                 : PromiseState::rejected,
                     pqxx::binarystring(found[0][1]).str()};
    });
  }

  std::unique_ptr<Subscription> subscribe_to_outcome(const std::string& id,
                                                     const Patience& patience) override {
    auto payload = postgres_.transact(patience, [&](pqxx::work& work) {
      return work.exec_params("select md5($1::bytea)", pqxx::binarystring(id))[0][0]
          .as<std::string>();
    });
    return std::make_unique<detail::PostgresSubscription>(
        postgres_.listen("promissory_settled", patience), std::move(payload));
  }

  std::unique_ptr<Subscription> subscribe_to_work(const Patience& patience) override {
    return std::make_unique<detail::PostgresSubscription>(
        postgres_.listen("promissory_work", patience), "");
  }

 private:
  Postgres postgres_;
};

}  // namespace promissory
