// The table that the promises are kept in.
#pragma once

namespace promissory {

/// Run once, by whoever sets the database up; those who work with it may read, insert and update.
inline constexpr const char* lease_schema = R"sql(
  create table promise (
    id         bytea primary key,
    state      text not null default 'pending',
    payload    bytea,                      -- null while it is pending
    fence      bigint not null default 0,  -- of its latest lease; 0 before the first
    writer     text,                       -- who has or had that one, for people to read
    lease_ends timestamptz,                -- by the server's clock; null: nobody has a lease
    position   bigserial,                  -- in which order they were begun
    check (state in ('pending', 'resolved', 'rejected')),
    check ((state = 'pending') = (payload is null))
  );
  create index promise_pending on promise (position) where state = 'pending';
)sql";

}  // namespace promissory
