// Counts in the database what was done to leased promises, out of the reach of the code under test.
#pragma once

#include <chrono>
#include <cstdint>
#include <pqxx/binarystring.hxx>
#include <pqxx/result.hxx>
#include <pqxx/result_iterator.hxx>
#include <string>
#include <vector>

#include "s3-leased-promises/postgres.hpp"
#include "s3-leased-promises/schema.hpp"
#include "support/postgres_server.hpp"

namespace promissory::support {

/// Sets the table up in the database of a server, with triggers that write down every lease and
/// every settlement in tables that only the superuser can reach. It forbids nothing: it counts.
class LeaseAudit {
 public:
  /// A lease that was taken.
  struct Taken {
    std::string id;
    std::uint64_t fence = 0;
    std::string writer;
    std::chrono::microseconds at{0};  ///< since 1970, by the clock of this machine
    bool is_settled = false;          ///< the promise was settled under it
  };

  explicit LeaseAudit(const PostgresServer& server)
      : postgres_(server.where()), role_(server.where("writer")) {
    run(lease_schema);
    run(R"sql(
      create role writer login;
      grant select, insert, update on promise to writer;
      grant usage on all sequences in schema public to writer;
      create schema audit;
      create table audit.lease (number bigserial, id bytea, fence bigint, writer text,
                                at timestamptz default clock_timestamp());
      create table audit.settlement (number bigserial, id bytea, fence bigint);
      create table audit.fault (what text);
      create function audit.watch() returns trigger language plpgsql security definer as $$
      begin
        if tg_op = 'DELETE' then
          insert into audit.fault values ('a promise was deleted');
          return null;
        end if;
        if old.state <> 'pending' and (old.state, old.payload) is distinct from
                                      (new.state, new.payload) then
          insert into audit.fault values ('a promise that was settled was changed');
        end if;
        if new.fence < old.fence then
          insert into audit.fault values ('a fence has shrunk');
        end if;
        if new.fence <> old.fence then
          insert into audit.lease (id, fence, writer) values (new.id, new.fence, new.writer);
        end if;
        if new.state <> 'pending' and old.state = 'pending' then
          insert into audit.settlement (id, fence) values (new.id, new.fence);
        end if;
        return null;
      end $$;
      create trigger watch after update or delete on promise
        for each row execute function audit.watch();
    )sql");
  }

  /// Where the code under test works, with no more rights than it needs.
  const std::string& where() const { return role_; }

  /// Runs anything as the superuser.
  pqxx::result run(const std::string& sql) {
    return postgres_.transact({}, [&](pqxx::work& work) { return work.exec(sql); });
  }

  std::int64_t count(const std::string& sql) { return run(sql)[0][0].as<std::int64_t>(); }

  std::int64_t settlements() { return count("select count(*) from audit.settlement"); }
  std::int64_t settled_promises() {
    return count("select count(distinct id) from audit.settlement");
  }
  /// Of anything that must never happen to a promise.
  std::int64_t faults() { return count("select count(*) from audit.fault"); }

  /// @return all leases, in the order in which they were taken
  std::vector<Taken> leases() {
    std::vector<Taken> all;
    for (const auto& row : run("select lease.id, lease.fence, writer,"
                               "  (extract(epoch from at) * 1000000)::bigint,"
                               "  settlement.number is not null "
                               "from audit.lease left join audit.settlement "
                               "  on lease.id = settlement.id and lease.fence = settlement.fence "
                               "order by lease.number")) {
      all.push_back({pqxx::binarystring(row[0]).str(), row[1].as<std::uint64_t>(),
                     row[2].as<std::string>(), std::chrono::microseconds(row[3].as<std::int64_t>()),
                     row[4].as<bool>()});
    }
    return all;
  }

 private:
  Postgres postgres_;
  const std::string role_;
};

}  // namespace promissory::support
