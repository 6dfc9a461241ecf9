#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "s3-leased-promises/leased_promises.hpp"
#include "s3-leased-promises/postgres_lease_store.hpp"
#include "support/child.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/lease_audit.hpp"
#include "support/memory_lease_store.hpp"
#include "support/observed_lease_store.hpp"
#include "support/parked.hpp"
#include "support/postgres_server.hpp"
#include "support/watchdog.hpp"
#include "support/words.hpp"

namespace {

using promissory::Lease;
using promissory::LeasedPromises;
using promissory::LeaseStore;
using promissory::Outcome;
using promissory::Patience;
using promissory::PostgresLeaseStore;
using promissory::PromiseState;
using promissory::Unreachable;
using promissory::support::contract;
using promissory::support::HeldGate;
using promissory::support::LeaseAudit;
using promissory::support::MemoryLeaseStore;
using promissory::support::ObservedLeaseStore;
using promissory::support::ParkingSpot;
using promissory::support::playing;
using promissory::support::PostgresServer;
using promissory::support::Process;
using promissory::support::Role;
using promissory::support::thrown_by;
using promissory::support::UncountedTime;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Task = LeasedPromises::Task;
using Words = std::vector<std::string>;

const std::string late = std::make_error_code(std::errc::timed_out).message();

/// A lease that ends by itself only after the test.
constexpr auto unhurried = 1h;

Patience enough() {
  return {Clock::now() + 8s};
}

Clock::time_point soon() {
  return Clock::now() + 8s;
}

Outcome value(const std::string& bytes) {
  return {PromiseState::resolved, bytes};
}

/// What is not written yet says so here, before another thread or process could wait for it.
void expect_written(LeaseStore& store) {
  store.subscribe_to_work(enough());
  store.begin("written", enough());
  if (const auto lease = store.claim("me", unhurried, enough()).lease) {
    store.renew(*lease, unhurried, enough());
    store.release(*lease, enough());
  }
  LeasedPromises promises(store, "me", unhurried);
  std::stop_source stop;
  const auto compute = [&](const Task&) {
    stop.request_stop();
    return "yes";
  };
  promises.work(compute, stop.get_token());
  EXPECT_EQ(promises.await("written", soon()), "yes");
}

// What the server does.

TEST(LeasedPromiseHidden, AnyBytes) {
  contract(
      "An id and a value may hold any bytes; an id up to 2,000 of them, and all of them count.",
      "promise-table");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  std::mt19937 random(7);
  std::string bytes;
  for (int i = 0; i < 1990; ++i) bytes += static_cast<char>(random());
  const Words ids{"",
                  std::string("a\0b", 3),
                  std::string("a\0c", 3),
                  "'; drop table promise; --",
                  "\\x00",
                  bytes + "1",
                  bytes + "2"};
  std::string large;
  for (int i = 0; i < 4096; ++i) large += bytes.substr(0, 256);
  for (const auto& id : ids) {
    ASSERT_TRUE(store.begin(id, enough()));
    EXPECT_FALSE(store.begin(id, enough()));
    const auto news = store.subscribe_to_outcome(id, enough());
    const auto lease = store.claim("me", unhurried, enough()).lease.value();
    EXPECT_TRUE(lease.id == id);
    ASSERT_TRUE(store.settle(lease, value(large + id), enough()));
    news->wait(enough());
  }
  for (const auto& id : ids) {
    EXPECT_TRUE(store.outcome(id, enough()) == value(large + id)) << id.size() << " bytes";
  }
  EXPECT_EQ(audit.settlements(), static_cast<std::int64_t>(ids.size()));
}

TEST(LeasedPromiseHidden, WhatSomebodyHoldsIsPassedOver) {
  contract("A promise that somebody is taking at this moment is passed over, not waited for.",
           "skip-locked");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  store.begin("bob", enough());
  promissory::Postgres another(server.where());
  another.transact(enough(), [&](pqxx::work& work) {
    work.exec("select from promise where id = 'alice' for update");
    const auto bob = store.claim("me", unhurried, {Clock::now() + 3s});
    EXPECT_EQ(bob.lease.value_or(Lease{"nothing"}).id, "bob");
    const auto nobody = store.claim("me", unhurried, {Clock::now() + 3s});
    EXPECT_FALSE(nobody.lease);
    // Its transaction may die, and nobody would tell.
    EXPECT_LE(nobody.next.value_or(1h), 1s);
    return 0;
  });
  EXPECT_EQ(store.claim("me", unhurried, enough()).lease.value_or(Lease{"nothing"}).id, "alice");
}

TEST(LeasedPromiseHidden, AnEndedLeaseIsGoodUntilSomebodyElseHasIt) {
  contract("It is the fence that counts, not the clock: nobody else has it, so it still settles.",
           "the-fence-decides");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  const auto alice = store.claim("me", 1ms, enough()).lease.value();
  const std::string ended =
      "select count(*) from promise where state = 'pending' and lease_ends <= clock_timestamp()";
  while (audit.count(ended) != 1) std::this_thread::yield();
  EXPECT_TRUE(store.renew(alice, 1ms, enough()));
  while (audit.count(ended) != 1) std::this_thread::yield();
  EXPECT_TRUE(store.settle(alice, value("Alice"), enough()));
  EXPECT_EQ(store.outcome("alice", enough()), value("Alice"));
}

TEST(LeasedPromiseHidden, RenewalGivesTime) {
  contract("A lease that is renewed has all of the new time.", "heartbeats");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  const auto alice = store.claim("me", 10s, enough()).lease.value();
  EXPECT_TRUE(store.renew(alice, 1min, enough()));
  EXPECT_GT(store.claim("you", unhurried, enough()).next.value_or(0ms), 30s);
}

TEST(LeasedPromiseHidden, AskingAgainIsNoOtherSettlement) {
  contract(
      "Who settles again under the latest lease hears that it is settled; nothing changes. An "
      "earlier lease never changes anything.",
      "asked-again");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  const auto first = store.claim("me", unhurried, enough()).lease.value();
  ASSERT_TRUE(store.release(first, enough()));
  const auto second = store.claim("you", unhurried, enough()).lease.value();
  EXPECT_GT(second.fence, first.fence);
  EXPECT_FALSE(store.renew(first, unhurried, enough()));
  EXPECT_FALSE(store.release(first, enough()));
  EXPECT_FALSE(store.settle(first, value("mine"), enough()));
  EXPECT_TRUE(store.settle(second, value("yours"), enough()));
  EXPECT_TRUE(store.settle(second, value("yours"), enough())) << "the answer may have been lost";
  EXPECT_FALSE(store.settle(first, value("mine"), enough()));
  EXPECT_FALSE(store.begin("alice", enough()));
  EXPECT_EQ(store.outcome("alice", enough()), value("yours"));
  EXPECT_EQ(audit.settlements(), 1);
  EXPECT_EQ(audit.faults(), 0);
}

TEST(LeasedPromiseHidden, AHundredSettleOneTransition) {
  contract("However many settle it at the same time, there is one settlement, and one outcome.",
           "settled-under-a-lease");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  store.begin("alice", enough());
  const auto alice = store.claim("me", unhurried, enough()).lease.value();
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 25; ++i) {
          const Lease mine{"alice", alice.fence - (i % 2 == 0 ? 0U : 1U)};
          store.settle(mine, value(std::to_string(100 * thread + i)), enough());
        }
      });
    }
  }
  EXPECT_EQ(audit.count("select count(*) from audit.settlement where id = 'alice'"), 1);
  EXPECT_EQ(audit.faults(), 0);
  EXPECT_EQ(std::stoi(store.outcome("alice", enough()).value().payload) % 2, 0);
}

TEST(LeasedPromiseHidden, OneStepIsOneTransaction) {
  contract("What is done and the news of it are committed together, or not at all.",
           "told-with-the-commit");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  // Each transaction that writes or notifies takes a number; asking for it takes one, too.
  auto transactions = [&, last = std::int64_t{0}]() mutable {
    const auto now = audit.count("select pg_current_xact_id()::text::bigint");
    return now - std::exchange(last, now) - 1;
  };
  const auto work = store.subscribe_to_work(enough());
  transactions();
  store.begin("alice", enough());
  EXPECT_EQ(transactions(), 1);
  work->wait(enough());
  const auto first = store.claim("me", unhurried, enough()).lease.value();
  EXPECT_EQ(transactions(), 1);
  store.release(first, enough());
  EXPECT_EQ(transactions(), 1);
  work->wait(enough());
  const auto second = store.claim("me", unhurried, enough()).lease.value();
  transactions();
  store.settle(second, value("Alice"), enough());
  EXPECT_EQ(transactions(), 1);
}

TEST(LeasedPromiseHidden, NobodyIsToldWhatIsNotCommitted) {
  contract("A settlement that the server refuses at the last moment is not told of, and not there.",
           "told-with-the-commit");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  audit.run(R"sql(
    create function refuse() returns trigger language plpgsql as
      $$ begin raise 'the disk is full'; end $$;
    create constraint trigger refuse after update on promise deferrable initially deferred
      for each row when (new.payload = 'too large') execute function refuse();
  )sql");
  store.begin("alice", enough());
  const auto alice = store.claim("me", unhurried, enough()).lease.value();
  const auto news = store.subscribe_to_outcome("alice", enough());
  EXPECT_THROW(store.settle(alice, value("too large"), enough()), std::exception);
  EXPECT_EQ(thrown_by([&] { news->wait({Clock::now() + 50ms}); }), late);
  EXPECT_EQ(store.outcome("alice", enough()), std::nullopt);
  EXPECT_TRUE(store.settle(alice, value("Alice"), enough()));
  news->wait(enough());
}

TEST(LeasedPromiseHidden, AServerThatIsGoneIsUnreachable) {
  contract("Without a server every step throws Unreachable; when it is back, everything is there.",
           "asked-again");
  NEEDS_POSTGRES();
  PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  store.begin("alice", enough());
  const auto alice = store.claim("me", unhurried, enough()).lease.value();
  const auto news = store.subscribe_to_outcome("alice", enough());
  const auto work = store.subscribe_to_work(enough());
  server.stop();
  EXPECT_THROW(news->wait(enough()), Unreachable);
  EXPECT_THROW(work->wait(enough()), Unreachable);
  EXPECT_THROW(store.begin("bob", enough()), Unreachable);
  EXPECT_THROW(store.claim("me", unhurried, enough()), Unreachable);
  EXPECT_THROW(store.renew(alice, unhurried, enough()), Unreachable);
  EXPECT_THROW(store.settle(alice, value("Alice"), enough()), Unreachable);
  EXPECT_THROW(store.release(alice, enough()), Unreachable);
  EXPECT_THROW(store.outcome("alice", enough()), Unreachable);
  EXPECT_THROW(store.subscribe_to_outcome("alice", enough()), Unreachable);
  server.start();
  EXPECT_FALSE(store.claim("you", unhurried, enough()).lease) << "the lease is still there";
  EXPECT_TRUE(store.settle(alice, value("Alice"), enough()));
  EXPECT_EQ(store.outcome("alice", enough()), value("Alice"));
}

TEST(LeasedPromiseHidden, ASilentServerHoldsNobody) {
  contract("A server that does not answer holds nobody beyond a deadline or a stop.",
           "stopped-writers");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  store.begin("alice", enough());
  const auto alice = store.claim("me", unhurried, enough()).lease.value();
  server.freeze();
  const auto brief = [] { return Patience{Clock::now() + 5ms}; };
  EXPECT_EQ(thrown_by([&] { store.begin("bob", brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.claim("me", unhurried, brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.renew(alice, unhurried, brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.settle(alice, value("Alice"), brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.release(alice, brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.outcome("alice", brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.subscribe_to_work(brief()); }), late);
  EXPECT_EQ(thrown_by([&] { store.subscribe_to_outcome("alice", brief()); }), late);
  ParkingSpot spot;
  const auto stop = std::make_unique<std::stop_source>();
  std::jthread writer([&] {
    spot.arriving();
    LeasedPromises(store, "me").work([](const Task&) { return ""; }, stop->get_token());
  });
  spot.wait_until_parked();
  stop->request_stop();
  writer.join();
  server.thaw();
}

// Awaiters and writers, step by step. Nobody here has the time to wait for a lease to end.

TEST(LeasedPromiseHidden, AnOutcomeIsMissedAtNoStep) {
  contract("Whenever a promise is settled while somebody comes to wait for it, it is not missed.",
           "before-the-look");
  bool has_waited = false;
  for (int n = 0; !has_waited && n < 30; ++n) {
    MemoryLeaseStore inner;
    inner.begin("alice", enough());
    const auto alice = inner.claim("somebody", unhurried, enough()).lease.value();
    int step = 0;
    ObservedLeaseStore store(inner, [&](const std::string& name) {
      if (step++ != n) return;
      has_waited = name == "before wait";
      inner.settle(alice, value("Alice"), enough());
    });
    EXPECT_EQ(LeasedPromises(store, "me").await("alice", Clock::now() + 2s), "Alice") << n;
  }
  EXPECT_TRUE(has_waited);
}

TEST(LeasedPromiseHidden, WorkIsMissedAtNoStep) {
  contract("Whenever a promise is begun, or released, while a writer comes to wait, it is done.",
           "writers");
  for (const bool is_released : {false, true}) {
    bool has_waited = false;
    for (int n = 0; !has_waited && n < 30; ++n) {
      MemoryLeaseStore inner;
      Lease lease;
      if (is_released) {
        inner.begin("alice", enough());
        lease = inner.claim("somebody", unhurried, enough()).lease.value();
      }
      int step = 0;
      ObservedLeaseStore store(inner, [&](const std::string& name) {
        if (step++ != n) return;
        has_waited = name == "before wait";
        is_released ? inner.release(lease, enough()) : inner.begin("alice", enough());
      });
      std::stop_source stop;
      const auto compute = [&](const Task&) {
        stop.request_stop();
        return "Alice";
      };
      EXPECT_EQ(LeasedPromises(store, "me").work(compute, stop.get_token()), 1U) << n;
      EXPECT_EQ(inner.outcome("alice", enough()), value("Alice")) << n;
    }
    EXPECT_TRUE(has_waited);
  }
}

TEST(LeasedPromiseHidden, TheConnectionMayBreakAtAnyStep) {
  contract("A connection that breaks at any step costs an attempt, and never a second settlement.",
           "asked-again");
  bool is_over = false;
  for (int n = 0; !is_over && n < 60; ++n) {
    MemoryLeaseStore inner;
    int step = 0;
    std::string broken;
    std::stop_source stop;
    ObservedLeaseStore store(inner, [&](const std::string& name) {
      if (name.ends_with("renew") || step++ != n) return;
      broken = name;
      throw Unreachable("broken " + name);
    });
    // A lease whose answer was lost is nobody's, and has to end.
    LeasedPromises promises(store, "me", 30ms);
    promises.begin("alice", Clock::now() + 2s);
    int computed = 0;
    const auto compute = [&](const Task&) {
      ++computed;
      stop.request_stop();
      return "Alice";
    };
    // Stopped or not, what it has is settled; unless the one attempt that a stop leaves is lost.
    const auto settled = promises.work(compute, stop.get_token());
    if (!broken.ends_with("settle")) {
      EXPECT_EQ(settled, 1U) << broken;
      EXPECT_EQ(promises.await("alice", Clock::now() + 2s), "Alice") << broken;
      EXPECT_EQ(inner.settlements(), 1U) << broken;
    }
    EXPECT_EQ(computed, 1) << broken;
    is_over = broken.empty();
  }
  EXPECT_TRUE(is_over);
}

TEST(LeasedPromiseHidden, ALostSettlementIsAskedForAgain) {
  contract("A settlement whose answer is lost is asked for again; it happens once, and counts.",
           "asked-again");
  for (const char* moment : {"before settle", "after settle"}) {
    MemoryLeaseStore inner;
    inner.begin("alice", enough());
    inner.begin("bob", enough());
    int lost = 0;
    ObservedLeaseStore store(inner, [&](const std::string& name) {
      if (name == moment && ++lost <= 2) throw Unreachable(name);
    });
    std::stop_source stop;
    const auto compute = [&](const Task& task) {
      if (task.id == "bob") stop.request_stop();
      return task.id;
    };
    EXPECT_EQ(LeasedPromises(store, "me", unhurried).work(compute, stop.get_token()), 2U) << moment;
    EXPECT_EQ(inner.outcome("alice", enough()), value("alice")) << moment;
    EXPECT_EQ(inner.fence("alice"), 1U) << moment << ": it was computed again";
    EXPECT_EQ(inner.settlements(), 2U) << moment;
  }
}

TEST(LeasedPromiseHidden, AStopAtAnyStepLeavesNoLease) {
  contract("A writer that is stopped, at any step, leaves no lease behind.", "stopped-writers");
  MemoryLeaseStore first;
  expect_written(first);
  bool is_over = false;
  for (int n = 0; !is_over && n < 40; ++n) {
    MemoryLeaseStore inner;
    inner.begin("alice", enough());
    const auto stop = std::make_unique<std::stop_source>();
    int step = 0;
    std::string stopped_at;
    ObservedLeaseStore store(inner, [&](const std::string& name) {
      if (name.ends_with("renew") || step++ != n) return;
      stopped_at = name;
      stop->request_stop();
    });
    const auto compute = [](const Task&) { return "Alice"; };
    LeasedPromises(store, "me", unhurried).work(compute, stop->get_token());
    EXPECT_FALSE(inner.is_leased("alice")) << stopped_at;
    is_over = stopped_at == "before wait";
  }
  EXPECT_TRUE(is_over);
}

TEST(LeasedPromiseHidden, NoWorkAfterTheStop) {
  contract("A writer that is stopped while it takes a lease gives it back, and computes nothing.",
           "stopped-writers");
  MemoryLeaseStore inner;
  expect_written(inner);
  inner.begin("alice", enough());
  const auto stop = std::make_unique<std::stop_source>();
  ObservedLeaseStore store(inner, [&](const std::string& name) {
    if (name == "after claim") stop->request_stop();
  });
  const auto compute = [](const Task&) {
    ADD_FAILURE() << "nobody wants this any more";
    return "";
  };
  EXPECT_EQ(LeasedPromises(store, "me", unhurried).work(compute, stop->get_token()), 0U);
  EXPECT_FALSE(inner.is_leased("alice"));
  EXPECT_EQ(inner.outcome("alice", enough()), std::nullopt);
}

TEST(LeasedPromiseHidden, AStopIsNoOutcome) {
  contract("What the work throws after its token was stopped does not reject: another one tries.",
           "errors-and-stops");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me", unhurried);
  promises.begin("alice", soon());
  const auto stop = std::make_unique<std::stop_source>();
  const auto compute = [&](const Task& task) -> std::string {
    stop->request_stop();
    EXPECT_TRUE(task.token.stop_requested());
    throw std::runtime_error("I was stopped");
  };
  EXPECT_EQ(promises.work(compute, stop->get_token()), 0U);
  EXPECT_EQ(store.outcome("alice", enough()), std::nullopt);
  EXPECT_FALSE(store.is_leased("alice"));
}

TEST(LeasedPromiseHidden, WhatAStoppedWriterHasIsSettled) {
  contract("A value that the work returns after the stop is not thrown away.", "stopped-writers");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me", unhurried);
  promises.begin("alice", soon());
  const auto stop = std::make_unique<std::stop_source>();
  const auto compute = [&](const Task&) {
    stop->request_stop();
    return "Alice";
  };
  EXPECT_EQ(promises.work(compute, stop->get_token()), 1U);
  EXPECT_EQ(store.outcome("alice", enough()), value("Alice"));
}

TEST(LeasedPromiseHidden, WhatTheWorkThrowsIsItsOwn) {
  contract("Anything that the work throws rejects its promise, Unreachable too; it is done once.",
           "errors-and-stops");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me", unhurried);
  for (const char* id : {"alice", "bob", "carol"}) promises.begin(id, soon());
  std::stop_source stop;
  int computed = 0;
  const auto compute = [&](const Task& task) -> std::string {
    ++computed;
    if (task.id == "alice") throw Unreachable("the database of the users");
    if (task.id == "bob") throw 7;
    stop.request_stop();
    return "Carol";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 3U);
  EXPECT_EQ(computed, 3);
  EXPECT_EQ(thrown_by([&] { promises.await("alice", soon()); }), "the database of the users");
  EXPECT_EQ(store.outcome("bob", enough()).value().state, PromiseState::rejected);
}

TEST(LeasedPromiseHidden, TheDeadAreSucceeded) {
  contract("Nobody tells of a lease that ended by itself: a writer comes back when it must have.",
           "takeovers");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me", unhurried);
  promises.begin("alice", soon());
  store.claim("somebody who has died", 20ms, enough());
  std::stop_source stop;
  const auto compute = [&](const Task& task) {
    EXPECT_EQ(task.fence, 2U);
    stop.request_stop();
    return "Alice";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 1U);
}

TEST(LeasedPromiseHidden, TheLeaseIsRenewedWhileItWorks) {
  contract("Work that takes longer than a lease lives keeps its lease, and is not stopped.",
           "heartbeats");
  MemoryLeaseStore inner;
  HeldGate is_renewed;
  std::atomic<int> renewals{0};
  ObservedLeaseStore store(inner, [&](const std::string& name) {
    if (name == "after renew" && ++renewals == 2) is_renewed.open();
  });
  // Much longer than any thread here may have to wait for a processor.
  LeasedPromises promises(store, "me", 1500ms);
  promises.begin("alice", soon());
  std::stop_source stop;
  const auto compute = [&](const Task& task) {
    is_renewed.wait();
    EXPECT_FALSE(task.token.stop_requested());
    stop.request_stop();
    return "Alice";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 1U);
  EXPECT_EQ(inner.fence("alice"), 1U);
}

TEST(LeasedPromiseHidden, LosingTheLeaseStopsTheWork) {
  contract("Work whose lease is lost is stopped; what it throws is no outcome.",
           "the-fence-decides");
  MemoryLeaseStore store;
  // Much longer than any thread here may have to wait for a processor.
  LeasedPromises promises(store, "me", 1500ms);
  promises.begin("alice", soon());
  HeldGate never;
  std::stop_source stop;
  Lease theirs;
  const auto compute = [&](const Task& task) -> std::string {
    store.expire("alice");
    theirs = store.claim("somebody", unhurried, enough()).lease.value();
    EXPECT_FALSE(never.wait(task.token));
    stop.request_stop();
    throw std::runtime_error("I was stopped");
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 0U);
  EXPECT_TRUE(store.is_leased("alice")) << "it was not theirs to release";
  EXPECT_TRUE(store.settle(theirs, value("theirs"), enough()));
  EXPECT_EQ(promises.await("alice", soon()), "theirs");
}

TEST(LeasedPromiseHidden, WithoutAnAnswerTheWorkIsStopped) {
  contract("Whoever cannot renew stops its work when the lease must have ended, and says nothing.",
           "heartbeats");
  MemoryLeaseStore inner;
  std::atomic<bool> is_cut_off{true};
  ObservedLeaseStore store(inner, [&](const std::string& name) {
    if (name == "before renew" && is_cut_off) throw Unreachable("cut off");
  });
  LeasedPromises promises(store, "me", 60ms);
  promises.begin("alice", soon());
  HeldGate never;
  std::stop_source stop;
  int computed = 0;
  const auto compute = [&](const Task& task) -> std::string {
    if (++computed == 1) {
      EXPECT_FALSE(never.wait(task.token));
      is_cut_off = false;
      throw std::runtime_error("I was stopped");
    }
    stop.request_stop();
    return "at last";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 1U);
  EXPECT_EQ(promises.await("alice", soon()), "at last");
}

TEST(LeasedPromiseHidden, ALatecomerChangesNothing) {
  contract("A value that comes when somebody else has the lease is not an outcome.",
           "the-fence-decides");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me", unhurried);
  promises.begin("alice", soon());
  promises.begin("bob", soon());
  std::stop_source stop;
  Lease theirs;
  const auto compute = [&](const Task& task) {
    if (task.id == "alice") {
      store.expire("alice");
      theirs = store.claim("somebody", unhurried, enough()).lease.value();
    } else {
      stop.request_stop();
    }
    return "mine";
  };
  EXPECT_EQ(promises.work(compute, stop.get_token()), 1U) << "only Bob's";
  EXPECT_EQ(store.outcome("alice", enough()), std::nullopt);
  EXPECT_TRUE(store.settle(theirs, value("theirs"), enough()));
  EXPECT_EQ(promises.await("alice", soon()), "theirs");
}

TEST(LeasedPromiseHidden, AnAwaiterMayComeFirst) {
  contract("One may wait for a promise that nobody has begun yet.", "awaiters");
  MemoryLeaseStore store;
  LeasedPromises promises(store, "me", unhurried);
  expect_written(store);
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_EQ(promises.await("alice", soon()), "Alice");
  });
  spot.wait_until_parked();
  promises.begin("alice", soon());
  const auto lease = store.claim("somebody", unhurried, enough()).lease.value();
  EXPECT_TRUE(store.settle(lease, value("Alice"), enough()));
}

// A server that goes away, and other processes.

TEST(LeasedPromiseHidden, AServerThatComesBackServes) {
  contract("Writers and awaiters outlive a server that goes away and comes back.", "asked-again");
  NEEDS_POSTGRES();
  PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  LeasedPromises promises(store, "me", unhurried);
  promises.begin("alice", soon());
  HeldGate is_waiting;
  ObservedLeaseStore observed(store, [&](const std::string& name) {
    if (name == "before wait") is_waiting.open();
  });
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_EQ(LeasedPromises(observed, "you").await("alice", Clock::now() + 20s), "Alice");
  });
  is_waiting.wait();
  spot.wait_until_parked();
  std::stop_source stop;
  const auto compute = [&](const Task& task) {
    server.stop();
    server.start();
    if (task.id == "bob") stop.request_stop();
    return "Alice";
  };
  promises.begin("bob", soon());
  EXPECT_EQ(promises.work(compute, stop.get_token()), 2U);
  awaiter.join();
  EXPECT_EQ(audit.settlements(), 3);
  EXPECT_EQ(audit.faults(), 0);
}

/// A stand-in for work that takes so long, or until it is stopped.
void work_for(std::chrono::milliseconds time, const std::stop_token& token) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, token, Clock::now() + time, [] { return false; });
}

/// Settles what is pending, says how far it is, and waits at the step where it is to die.
///     words: where, its name, milliseconds of a lease, the number of the step or its name
const Role settles("settles", [](const Words& words) {
  PostgresLeaseStore inner(words[0]);
  std::atomic<int> step{0};
  std::stop_source stop;
  const auto at = [&](const std::string& name) {
    // It renews whenever it likes, and has no more to do when it waits.
    if (name == "before wait") stop.request_stop();
    if (name.ends_with("renew") || name.ends_with("wait")) return;
    if (name != words[3] && std::to_string(step++) != words[3]) return;
    std::cout << "at " << name << std::endl;
    std::string line;
    std::getline(std::cin, line);  // it is killed here, or goes on
  };
  ObservedLeaseStore store(inner, at);
  LeasedPromises promises(store, words[1], std::chrono::milliseconds(std::stoi(words[2])));
  const auto compute = [&](const Task& task) {
    at("compute");
    return words[1] + "'s, under " + std::to_string(task.fence);
  };
  const auto settled = promises.work(compute, stop.get_token());
  std::cout << "settled " << settled << std::endl;
  return 0;
});

/// Settles one promise in this process.
std::size_t settle_one(LeaseStore& store, const std::string& name) {
  std::stop_source stop;
  const auto compute = [&](const Task& task) {
    stop.request_stop();
    return name + "'s, under " + std::to_string(task.fence);
  };
  return LeasedPromises(store, name, unhurried).work(compute, stop.get_token());
}

TEST(LeasedPromiseHidden, SurvivesSigkillAtEveryStep) {
  contract("A writer may be killed at any step: its promise is settled, once.", "takeovers");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  LeasedPromises promises(store, "heir", 1h);
  int kills = 0;
  for (int step = 0; step < 40; ++step) {
    const auto id = "promise " + std::to_string(step);
    promises.begin(id, soon());
    Process child(playing("settles", {audit.where(), "child", "150", std::to_string(step)}));
    const auto said = child.hear();
    ASSERT_TRUE(said) << "step " << step;
    if (said->starts_with("settled")) break;
    child.kill();
    ++kills;
    const bool is_settled = *said == "at after settle";
    EXPECT_TRUE(is_settled || settle_one(store, "heir") == 1U) << *said;
    const bool was_leased =
        *said == "at after claim" || *said == "at compute" || *said == "at before settle";
    const std::string expected = is_settled   ? "child's, under 1"
                                 : was_leased ? "heir's, under 2"
                                              : "heir's, under 1";
    EXPECT_EQ(promises.await(id, soon()), expected) << *said;
    if (is_settled) break;  // after that there is nothing to do, and nothing to lose
  }
  // Before and after a claim, the work, before and after a settlement at least.
  EXPECT_GE(kills, 5);
  EXPECT_EQ(audit.settlements(), kills + 1);
  EXPECT_EQ(audit.faults(), 0);
}

TEST(LeasedPromiseHidden, AFrozenWriterIsFenced) {
  contract("A writer that is stopped for longer than its lease comes too late, and knows it.",
           "the-fence-decides");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  LeasedPromises promises(store, "heir");
  promises.begin("alice", soon());
  Process child(playing("settles", {audit.where(), "child", "100", "compute"}));
  ASSERT_EQ(child.hear(), "at compute");
  child.signal(SIGSTOP);
  EXPECT_EQ(settle_one(store, "heir"), 1U);
  child.signal(SIGCONT);
  child.say("go on");
  EXPECT_EQ(child.hear(), "settled 0");
  EXPECT_TRUE(promises.await("alice", soon()).starts_with("heir's"));
  EXPECT_EQ(audit.count("select count(*) from audit.settlement where id = 'alice'"), 1);
  EXPECT_EQ(audit.faults(), 0);
}

/// Renews a lease, over and over.
///     words: where
const Role renews("renews", [](const Words& words) {
  PostgresLeaseStore store(words[0]);
  const auto claim = store.claim("child", 100ms, enough());
  std::cout << "at work" << std::endl;
  while (store.renew(*claim.lease, 100ms, enough())) {
  }
  return 0;
});

TEST(LeasedPromiseHidden, AWriterFrozenInATransactionHoldsItsRowForAMoment) {
  contract(
      "A writer that is stopped in the middle of a transaction does not keep others from its "
      "promise until it goes on.",
      "takeovers");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  LeasedPromises promises(store, "heir");
  promises.begin("alice", soon());
  Process child(playing("renews", {audit.where()}));
  ASSERT_EQ(child.hear(), "at work");
  const auto stops_with_the_row_locked = [&] {
    child.signal(SIGSTOP);
    waitpid(child.pid(), nullptr, WUNTRACED);
    const auto free = audit.count(
        "with free as (select from promise where id = 'alice' for update skip locked) "
        "select count(*) from free");
    if (free > 0) child.signal(SIGCONT);
    return free == 0;
  };
  while (!stops_with_the_row_locked()) {
  }
  EXPECT_EQ(settle_one(store, "heir"), 1U);
  EXPECT_TRUE(promises.await("alice", soon()).starts_with("heir's"));
  EXPECT_EQ(audit.faults(), 0);
}

// Many promises, writers that die all the time, and others that are frozen for longer than a lease.

/// Settles what is pending until it is killed.
///     words: where, its name, milliseconds of a lease, milliseconds of work at most, a seed
const Role writes("writes", [](const Words& words) {
  PostgresLeaseStore store(words[0]);
  std::mt19937 random(static_cast<unsigned>(std::stoul(words[4])));
  const unsigned longest = static_cast<unsigned>(std::stoul(words[3]));
  const auto compute = [&](const Task& task) {
    work_for(std::chrono::milliseconds(random() % (longest + 1)), task.token);
    return task.id + " by " + words[1] + " under " + std::to_string(task.fence);
  };
  std::cout << "ready" << std::endl;
  LeasedPromises(store, words[1], std::chrono::milliseconds(std::stoi(words[2])))
      .work(compute, std::stop_source().get_token());
  return 0;
});

/// Waits for all promises, one after the other, and says what it has seen.
///     words: where, how many
const Role awaits("awaits", [](const Words& words) {
  PostgresLeaseStore store(words[0]);
  LeasedPromises promises(store, "awaiter");
  const int count = std::stoi(words[1]);
  for (int i = 0; i < count; ++i) {
    std::cout << promises.await("promise " + std::to_string(i), Clock::time_point::max())
              << std::endl;
  }
  return 0;
});

struct Load {
  int promises;
  std::size_t writers;
  std::chrono::milliseconds lease;
  int longest_work;  // in milliseconds
  std::chrono::milliseconds between_kills;
  std::size_t most_kills;
  std::chrono::seconds limit;  // for all of it, on a machine that is busy with something else
};

Load wanted_load() {
  const char* promises = std::getenv("PROMISSORY_LEASED_PROMISES");
  if (promises != nullptr) return {std::atoi(promises), 6, 1000ms, 60, 100ms, 100'000, 1h};
  // On a machine that is so busy that writers die before they have begun, some have to be spared.
  return {40, 3, 500ms, 60, 100ms, 12, 25s};
}

std::string percentiles(std::vector<double> numbers) {
  if (numbers.empty()) return "none";
  std::sort(numbers.begin(), numbers.end());
  std::string text;
  for (const auto& [name, part] :
       {std::pair{"median ", 0.5}, {", 90 % ", 0.9}, {", 99 % ", 0.99}}) {
    const auto index = static_cast<std::size_t>(part * static_cast<double>(numbers.size() - 1));
    text += name + std::to_string(static_cast<int>(numbers[index]));
  }
  return text + ", longest " + std::to_string(static_cast<int>(numbers.back())) + " ms";
}

/// A writer that was killed or frozen, and when.
struct Blow {
  std::string writer;
  std::chrono::microseconds at;
};

/// What became of the promises that were held when it happened.
void report(const Load& load, const std::vector<LeaseAudit::Taken>& leases,
            const std::vector<Blow>& kills, const std::vector<Blow>& freezes,
            std::chrono::milliseconds time) {
  std::vector<double> after_kill;
  std::vector<double> after_freeze;
  std::size_t most = 0;
  std::map<std::string, std::size_t> count;
  for (std::size_t i = 0; i < leases.size(); ++i) {
    most = std::max(most, ++count[leases[i].id]);
    if (leases[i].is_settled) continue;
    const auto next =
        std::find_if(leases.begin() + static_cast<std::ptrdiff_t>(i) + 1, leases.end(),
                     [&](const auto& other) { return other.id == leases[i].id; });
    if (next == leases.end()) continue;
    for (const auto& [blows, times] :
         {std::pair{&kills, &after_kill}, std::pair{&freezes, &after_freeze}}) {
      for (const Blow& blow : *blows) {
        if (blow.writer == leases[i].writer && blow.at >= leases[i].at && blow.at < next->at) {
          times->push_back(static_cast<double>((next->at - blow.at).count()) / 1000);
        }
      }
    }
  }
  std::cout << "  " << load.promises << " promises, " << load.writers << " writers, leases of "
            << load.lease.count() << " ms, " << time.count() << " ms in all\n  " << kills.size()
            << " writers killed, " << after_kill.size()
            << " of them with a lease; time to take over: " << percentiles(after_kill) << "\n  "
            << freezes.size() << " writers frozen for longer than a lease, " << after_freeze.size()
            << " of them with one; time to take over: " << percentiles(after_freeze) << "\n  "
            << leases.size() << " leases, " << most << " of one promise at most\n";
}

TEST(LeasedPromiseHidden, EachIsSettledOnceHoweverManyDie) {
  contract("Writers are killed and frozen under load: every promise is settled exactly once.",
           "takeovers");
  NEEDS_POSTGRES();
  const PostgresServer server;
  LeaseAudit audit(server);
  PostgresLeaseStore store(audit.where());
  expect_written(store);
  const Load load = wanted_load();
  const UncountedTime others_work;
  audit.run(
      "insert into promise (id) select convert_to('promise ' || i, 'UTF8') "
      "from generate_series(0, " +
      std::to_string(load.promises - 1) + ") i");
  const auto now = [] {
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch());
  };
  std::mt19937 random(3);
  std::vector<std::unique_ptr<Process>> writers(load.writers);
  std::vector<std::string> names(load.writers);
  int born = 0;
  const auto replace = [&](std::size_t i) {
    names[i] = "writer " + std::to_string(born++);
    writers[i] = std::make_unique<Process>(
        playing("writes", {audit.where(), names[i], std::to_string(load.lease.count()),
                           std::to_string(load.longest_work), std::to_string(random())}));
  };
  const auto start = Clock::now();
  for (std::size_t i = 0; i < load.writers; ++i) replace(i);
  // Two processes wait for all of them; what they see is compared with what is in the table.
  std::array<std::unique_ptr<Process>, 2> awaiters;
  std::array<Words, 2> seen;
  for (auto& awaiter : awaiters) {
    awaiter = std::make_unique<Process>(
        playing("awaits", {audit.where(), std::to_string(load.promises)}));
  }
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 2;  // guarded by mutex
  std::vector<std::jthread> listeners;
  for (std::size_t i = 0; i < awaiters.size(); ++i) {
    listeners.emplace_back([&, i] {
      while (const auto line = awaiters[i]->hear()) seen[i].push_back(*line);
      std::lock_guard lock(mutex);
      --waiting;
      changed.notify_all();
    });
  }
  std::vector<Blow> kills;
  std::vector<Blow> freezes;
  std::map<std::size_t, Clock::time_point> frozen;
  int blows = 4;
  std::unique_lock lock(mutex);
  for (auto next = start + load.between_kills; waiting > 0; next += load.between_kills) {
    // The clock is the load here: nothing that is checked depends on when this happens.
    if (changed.wait_until(lock, next, [&] { return waiting == 0; })) break;
    if (Clock::now() > start + load.limit) {
      ADD_FAILURE() << "after " << load.limit.count() << " s somebody still waits";
      for (auto& awaiter : awaiters) awaiter->signal(SIGKILL);
      break;
    }
    lock.unlock();
    std::erase_if(frozen, [&](const auto& one) {
      if (one.second > Clock::now()) return false;
      writers[one.first]->signal(SIGCONT);
      return true;
    });
    const auto victim = [&] {
      std::size_t i = random() % load.writers;
      while (frozen.contains(i)) i = random() % load.writers;
      return i;
    };
    if (kills.size() < load.most_kills) {
      const std::size_t killed = victim();
      kills.push_back({names[killed], now()});
      writers[killed]->kill();
      replace(killed);
    }
    if (++blows % 10 == 0 && frozen.size() + 2 < load.writers) {
      const std::size_t stopped = victim();
      freezes.push_back({names[stopped], now()});
      writers[stopped]->signal(SIGSTOP);
      frozen[stopped] = Clock::now() + load.lease * 3 / 2;
    }
    lock.lock();
  }
  lock.unlock();
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  listeners.clear();
  for (auto& awaiter : awaiters) EXPECT_EQ(awaiter->wait(), "exit 0");
  writers.clear();

  EXPECT_EQ(audit.settlements(), load.promises + 1);
  EXPECT_EQ(audit.settled_promises(), load.promises + 1);
  EXPECT_EQ(audit.faults(), 0);
  EXPECT_EQ(audit.count("select count(*) from promise where state <> 'resolved'"), 0);
  EXPECT_EQ(audit.count("select count(*) from promise join audit.settlement using (id, fence) "
                        "where id = 'written' or convert_from(payload, 'UTF8') = "
                        "  convert_from(id, 'UTF8') || ' by ' || writer || ' under ' || fence"),
            load.promises + 1)
      << "an outcome is not that of whoever had the lease";
  EXPECT_EQ(seen[0], seen[1]);
  ASSERT_EQ(seen[0].size(), static_cast<std::size_t>(load.promises));
  for (int i = 0; i < load.promises; ++i) {
    const auto kept = store.outcome("promise " + std::to_string(i), enough());
    EXPECT_EQ(seen[0][static_cast<std::size_t>(i)], kept.value_or(Outcome{}).payload);
  }
  EXPECT_FALSE(kills.empty());
  if (std::getenv("PROMISSORY_LEASED_PROMISES") == nullptr) return;
  report(load, audit.leases(), kills, freezes, time);
  std::cout << "  " << audit.settled_promises() - 1 << " settled, each exactly once\n";
}

}  // namespace
