#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "s3-leased-promises/leased_promises.hpp"
#include "s3-leased-promises/postgres_lease_store.hpp"
#include "support/contract.hpp"
#include "support/lease_audit.hpp"
#include "support/memory_lease_store.hpp"
#include "support/parked.hpp"
#include "support/postgres_server.hpp"
#include "support/words.hpp"

namespace {

using promissory::Lease;
using promissory::LeasedPromises;
using promissory::Outcome;
using promissory::Patience;
using promissory::PostgresLeaseStore;
using promissory::PromiseState;
using promissory::RejectedError;
using promissory::support::contract;
using promissory::support::LeaseAudit;
using promissory::support::MemoryLeaseStore;
using promissory::support::ParkingSpot;
using promissory::support::PostgresServer;
using promissory::support::thrown_by;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Task = LeasedPromises::Task;

const std::string late = std::make_error_code(std::errc::timed_out).message();

Patience enough() {
  return {Clock::now() + 8s};
}

Outcome value(const std::string& bytes) {
  return {PromiseState::resolved, bytes};
}

TEST(LeasedPromise, IsBegunOnce) {
  contract("A promise is begun once, and pending until it is settled.", "promise-table");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  PostgresLeaseStore elsewhere(audit.where());
  EXPECT_TRUE(store.begin("alice", enough()));
  EXPECT_FALSE(elsewhere.begin("alice", enough()));
  EXPECT_TRUE(elsewhere.begin("bob", enough()));
  EXPECT_EQ(store.outcome("alice", enough()), std::nullopt);
  EXPECT_EQ(audit.count("select count(*) from promise where state = 'pending'"), 2);
}

TEST(LeasedPromise, OneHasTheLease) {
  contract("Each pending promise is leased to one at a time, the one that was begun first first.",
           "the-lease");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  PostgresLeaseStore elsewhere(audit.where());
  const auto nothing = store.claim("me", 1h, enough());
  EXPECT_FALSE(nothing.lease);
  EXPECT_FALSE(nothing.next) << "nothing is pending: there is nothing to come back for";
  store.begin("zoe", enough());
  store.begin("alice", enough());
  const auto mine = store.claim("me", 1min, enough());
  const auto yours = elsewhere.claim("you", 1h, enough());
  ASSERT_TRUE(mine.lease && yours.lease);
  EXPECT_EQ(mine.lease->id, "zoe");
  EXPECT_EQ(yours.lease->id, "alice");
  EXPECT_GT(mine.lease->fence, 0U);
  const auto none = elsewhere.claim("she", 1h, enough());
  EXPECT_FALSE(none.lease);
  ASSERT_TRUE(none.next);
  EXPECT_GT(*none.next, 0ms);
  EXPECT_LE(*none.next, 1min) << "the first lease ends in a minute";
}

TEST(LeasedPromise, IsSettledUnderItsLease) {
  contract("Who has the lease settles the promise, with a value or an error; it is then over.",
           "settled-under-a-lease");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  store.begin("bob", enough());
  const auto alice = store.claim("me", 1h, enough()).lease.value();
  const auto bob = store.claim("me", 1h, enough()).lease.value();
  EXPECT_TRUE(store.renew(alice, 1h, enough()));
  EXPECT_TRUE(store.settle(alice, value("Alice"), enough()));
  EXPECT_TRUE(store.settle(bob, {PromiseState::rejected, "no such user"}, enough()));
  EXPECT_EQ(store.outcome("alice", enough()), value("Alice"));
  EXPECT_EQ(store.outcome("bob", enough()), (Outcome{PromiseState::rejected, "no such user"}));
  EXPECT_FALSE(store.renew(alice, 1h, enough()));
  EXPECT_FALSE(store.release(alice, enough()));
  EXPECT_FALSE(store.claim("you", 1h, enough()).next) << "nothing is pending any more";
  EXPECT_EQ(audit.settlements(), 2);
}

TEST(LeasedPromise, TheLatestLeaseCounts) {
  contract("Who comes after has a greater fence; from then on the earlier lease changes nothing.",
           "the-fence-decides");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  const auto mine = store.claim("me", 5ms, enough()).lease.value();
  const auto bound = enough();
  auto claim = store.claim("you", 1h, bound);
  while (!claim.lease) claim = store.claim("you", 1h, bound);
  const auto yours = *claim.lease;
  EXPECT_EQ(yours.id, "alice");
  EXPECT_GT(yours.fence, mine.fence);
  EXPECT_FALSE(store.renew(mine, 1h, enough()));
  EXPECT_FALSE(store.release(mine, enough()));
  EXPECT_FALSE(store.settle(mine, value("mine"), enough()));
  EXPECT_EQ(store.outcome("alice", enough()), std::nullopt);
  EXPECT_TRUE(store.release(yours, enough()));
  const auto next = store.claim("she", 1h, enough()).lease.value();
  EXPECT_GT(next.fence, yours.fence);
  EXPECT_TRUE(store.settle(next, value("hers"), enough()));
  EXPECT_FALSE(store.settle(yours, value("yours"), enough()));
  EXPECT_EQ(store.outcome("alice", enough()), value("hers"));
  EXPECT_EQ(audit.settlements(), 1);
  EXPECT_EQ(audit.faults(), 0);
}

TEST(LeasedPromise, SubscribersHearOfIt) {
  contract("Who has subscribed hears of an outcome, of a promise that is begun, or released.",
           "news-of-promises");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  PostgresLeaseStore elsewhere(audit.where());
  const auto work = elsewhere.subscribe_to_work(enough());
  EXPECT_EQ(thrown_by([&] { work->wait({Clock::now() + 2ms}); }), late);
  store.begin("alice", enough());
  work->wait(enough());
  store.release(store.claim("me", 1h, enough()).lease.value(), enough());
  work->wait(enough());
  const auto outcome = elsewhere.subscribe_to_outcome("alice", enough());
  EXPECT_EQ(thrown_by([&] { outcome->wait({Clock::now() + 2ms}); }), late);
  store.settle(store.claim("me", 1h, enough()).lease.value(), value("Alice"), enough());
  outcome->wait(enough());
}

TEST(LeasedPromise, AWriterSettlesWhatIsPending) {
  contract("work() settles what is pending, one after the other, until it is stopped.", "writers");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me");
  for (const char* id : {"alice", "bob", "carol"}) promises.begin(id, Clock::now() + 8s);
  promises.begin("alice", Clock::now() + 8s);
  std::stop_source stop;
  std::string seen;
  const auto compute = [&](const Task& task) {
    EXPECT_GT(task.fence, 0U);
    EXPECT_FALSE(task.token.stop_requested());
    seen += task.id + " ";
    if (task.id == "carol") stop.request_stop();
    return "value of " + task.id;
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 3U);
  EXPECT_EQ(seen, "alice bob carol ");
  EXPECT_EQ(promises.await("bob", Clock::now() + 8s), "value of bob");
  EXPECT_EQ(store.settlements(), 3U);
}

TEST(LeasedPromise, AnAwaiterElsewhereGetsIt) {
  contract("Whoever waits, in whatever process, gets the outcome that a writer has settled.",
           "awaiters");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  PostgresLeaseStore elsewhere(audit.where());
  LeasedPromises promises(store, "me");
  promises.begin("alice", Clock::now() + 8s);
  // What is not written yet says so here.
  EXPECT_EQ(thrown_by([&] { promises.await("bob", Clock::now() + 5ms); }), late);
  std::stop_source stop;
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_EQ(LeasedPromises(elsewhere, "you").await("alice", Clock::now() + 8s), "Alice");
  });
  spot.wait_until_parked();
  const auto compute = [&](const Task&) {
    stop.request_stop();
    return "Alice";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 1U);
}

TEST(LeasedPromise, AnErrorIsAnOutcome) {
  contract("What the work throws rejects the promise; whoever waits gets its words.",
           "errors-and-stops");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me");
  promises.begin("alice", Clock::now() + 8s);
  promises.begin("bob", Clock::now() + 8s);
  std::stop_source stop;
  const auto compute = [&](const Task& task) -> std::string {
    if (task.id == "alice") throw std::runtime_error("no such user");
    stop.request_stop();
    return "Bob";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 2U);
  EXPECT_THROW(promises.await("alice", Clock::now() + 8s), RejectedError);
  EXPECT_EQ(thrown_by([&] { promises.await("alice", Clock::now() + 8s); }), "no such user");
  EXPECT_EQ(promises.await("bob", Clock::now() + 8s), "Bob");
}

TEST(LeasedPromise, NobodyWaitsForEver) {
  contract("A wait ends at its deadline, or when its token is stopped; so does a writer.",
           "stopped-writers");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me");
  promises.begin("alice", Clock::now() + 8s);
  store.claim("somebody", 1h, enough());
  EXPECT_EQ(thrown_by([&] { promises.await("alice", Clock::now() + 5ms); }), late);
  const auto stop = std::make_unique<std::stop_source>();
  ParkingSpot awaiting;
  std::jthread awaiter([&] {
    awaiting.arriving();
    EXPECT_EQ(
        thrown_by([&] { promises.await("alice", Clock::time_point::max(), stop->get_token()); }),
        "canceled");
  });
  awaiting.wait_until_parked();
  ParkingSpot working;
  std::jthread writer([&] {
    working.arriving();
    EXPECT_EQ(promises.work([](const Task&) { return ""; }, stop->get_token()), 0U);
  });
  working.wait_until_parked();
  stop->request_stop();
}

}  // namespace
