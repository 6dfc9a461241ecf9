// A LeaseStore for processes that share a PostgreSQL database.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "s3-leased-promises/lease_store.hpp"
#include "s3-leased-promises/postgres.hpp"
#include "s3-leased-promises/schema.hpp"
#include "support/todo.hpp"

namespace promissory {

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

  bool begin([[maybe_unused]] const std::string& id,
             [[maybe_unused]] const Patience& patience) override {
    todo(
        "PostgresLeaseStore::begin: insert the promise if it is not there, and notify those who "
        "wait for work.");
  }

  Claim claim([[maybe_unused]] const std::string& writer, [[maybe_unused]] Milliseconds ttl,
              [[maybe_unused]] const Patience& patience) override {
    todo(
        "PostgresLeaseStore::claim: lock the first row that is pending and free, past those that "
        "others have locked; give it a new fence and an end.");
  }

  bool renew([[maybe_unused]] const Lease& lease, [[maybe_unused]] Milliseconds ttl,
             [[maybe_unused]] const Patience& patience) override {
    todo("PostgresLeaseStore::renew: move the end, if the fence is still the latest.");
  }

  bool settle([[maybe_unused]] const Lease& lease, [[maybe_unused]] const Outcome& outcome,
              [[maybe_unused]] const Patience& patience) override {
    todo(
        "PostgresLeaseStore::settle: if the fence is still the latest, keep the outcome and notify "
        "those who wait for it, in one transaction.");
  }

  bool release([[maybe_unused]] const Lease& lease,
               [[maybe_unused]] const Patience& patience) override {
    todo(
        "PostgresLeaseStore::release: end the lease, if the fence is still the latest, and notify "
        "those who wait for work.");
  }

  std::optional<Outcome> outcome([[maybe_unused]] const std::string& id,
                                 [[maybe_unused]] const Patience& patience) override {
    todo("PostgresLeaseStore::outcome: read the state and the payload; pending is no outcome.");
  }

  std::unique_ptr<Subscription> subscribe_to_outcome(
      [[maybe_unused]] const std::string& id, [[maybe_unused]] const Patience& patience) override {
    todo("PostgresLeaseStore::subscribe_to_outcome: listen, and wait for the promise's payload.");
  }

  std::unique_ptr<Subscription> subscribe_to_work(
      [[maybe_unused]] const Patience& patience) override {
    todo("PostgresLeaseStore::subscribe_to_work: listen for work.");
  }

 private:
  Postgres postgres_;
};

}  // namespace promissory
