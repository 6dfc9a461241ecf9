#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "14-distributed-future/distributed_future.hpp"
#include "14-distributed-future/redis_coordinator.hpp"
#include "support/child.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"
#include "support/memory_coordinator.hpp"
#include "support/observed_coordinator.hpp"
#include "support/parked.hpp"
#include "support/redis_server.hpp"
#include "support/words.hpp"

namespace {

using promissory::Coordinator;
using promissory::DistributedFutures;
using promissory::Patience;
using promissory::Redis;
using promissory::RedisCoordinator;
using promissory::Unreachable;
using promissory::support::contract;
using promissory::support::Crowd;
using promissory::support::HeldGate;
using promissory::support::MemoryCoordinator;
using promissory::support::ObservedCoordinator;
using promissory::support::ParkingSpot;
using promissory::support::playing;
using promissory::support::Process;
using promissory::support::RedisServer;
using promissory::support::Role;
using promissory::support::thrown_by;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Lead = DistributedFutures::Lead;
using Words = std::vector<std::string>;

const std::string late = std::make_error_code(std::errc::timed_out).message();

Patience enough() {
  return {Clock::now() + 5s};
}

/// A lock that ends by itself only after the test.
constexpr DistributedFutures::Times unhurried{.lock = 1h, .value = 1h};

/// What is not written yet says so here, before another thread or process could wait for it.
void expect_written(Coordinator& coordinator) {
  coordinator.value("written", enough());
  coordinator.subscribe("written", enough());
  if (coordinator.lock("written", "me", 1min, enough()).fence == 0) return;
  coordinator.renew("written", "me", 1min, enough());
  coordinator.publish("written", "me", "yes", 1min, enough());
  DistributedFutures(coordinator)
      .get(
          "written", [](const Lead&) { return "yes"; }, Clock::now() + 5s);
}

std::string nobody_computes(const Lead&) {
  ADD_FAILURE() << "this should not have been computed here";
  return "";
}

/// Somebody holds the lock of "alice", and does `act` while another comes to wait: in each run at
/// another step of that one, before or after it, up to its wait.
/// @param compute whoever comes asks with it, and is to get `expected`
void at_every_step_before_the_wait(const std::function<void(Coordinator&)>& act,
                                   const std::function<std::string(const Lead&)>& compute,
                                   const std::string& expected) {
  bool has_waited = false;
  for (int n = 0; !has_waited && n < 30; ++n) {
    MemoryCoordinator server;
    server.lock("alice", "somebody", 1h, enough());
    int step = 0;
    ObservedCoordinator coordinator(server, [&](const std::string& name) {
      if (step++ != n) return;
      has_waited = name == "before wait";
      act(server);
    });
    DistributedFutures futures(coordinator, unhurried);
    EXPECT_EQ(futures.get("alice", compute, Clock::now() + 2s), expected) << "step " << n;
    EXPECT_FALSE(server.is_locked("alice")) << "step " << n;
  }
  EXPECT_TRUE(has_waited);
}

// The coordinator.

TEST(DistributedFutureHidden, AnyBytesAreAValue) {
  contract("A value may be empty, hold every byte there is, and be large.", "values");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  std::string large;
  for (int i = 0; i < 4096; ++i) large += every;
  for (const std::string& bytes : {std::string(), every, large}) {
    coordinator.lock("alice", "me", 1min, enough());
    ASSERT_TRUE(coordinator.publish("alice", "me", bytes, 1min, enough()));
    const auto seen = coordinator.value("alice", enough());
    ASSERT_TRUE(seen);
    EXPECT_TRUE(*seen == bytes) << bytes.size() << " bytes";
  }
}

TEST(DistributedFutureHidden, AnyBytesAreAKey) {
  contract("A key may hold any bytes, and two prefixes never meet.", "values");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator one(server.socket(), "one");
  RedisCoordinator two(server.socket(), "two");
  const Words keys{"", "a b", std::string("a\0b", 3), std::string("a\0c", 3), "a:b", "*", "a\r\nb"};
  for (const auto& key : keys) {
    EXPECT_GT(one.lock(key, "me", 1min, enough()).fence, 0U);
    EXPECT_TRUE(one.publish(key, "me", "value of " + key, 1min, enough()));
  }
  for (const auto& key : keys) {
    EXPECT_EQ(one.value(key, enough()), "value of " + key);
    EXPECT_EQ(two.value(key, enough()), std::nullopt);
  }
}

TEST(DistributedFutureHidden, AnOwnerMayAskAgain) {
  contract("Whoever has the lock gets it again, with a new fence: its answer may have been lost.",
           "nobody-knows");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  const auto first = coordinator.lock("alice", "me", 50ms, enough());
  const auto second = coordinator.lock("alice", "me", 1min, enough());
  EXPECT_GT(first.fence, 0U);
  EXPECT_GT(second.fence, first.fence);
  // With all of its time.
  EXPECT_GT(coordinator.lock("alice", "you", 1min, enough()).remaining, 30s);
}

TEST(DistributedFutureHidden, ALockEndsByItself) {
  contract("A lock that nobody renews ends; what its owner does afterwards changes nothing.",
           "no-fence");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  const auto mine = coordinator.lock("alice", "me", 10ms, enough());
  auto yours = coordinator.lock("alice", "you", 1min, enough());
  const auto bound = enough();
  while (yours.fence == 0) yours = coordinator.lock("alice", "you", 1min, bound);
  EXPECT_GT(yours.fence, mine.fence);
  EXPECT_FALSE(coordinator.renew("alice", "me", 1min, enough()));
  EXPECT_FALSE(coordinator.publish("alice", "me", "mine", 1min, enough()));
  coordinator.release("alice", "me");
  EXPECT_EQ(coordinator.lock("alice", "somebody", 1min, enough()).fence, 0U);
  EXPECT_EQ(coordinator.value("alice", enough()), std::nullopt);
  EXPECT_TRUE(coordinator.publish("alice", "you", "yours", 1min, enough()));
}

TEST(DistributedFutureHidden, RenewalGivesTime) {
  contract("A lock that is renewed has all of the new time.", "renewal");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  ASSERT_GT(coordinator.lock("alice", "me", 10s, enough()).fence, 0U);
  ASSERT_TRUE(coordinator.renew("alice", "me", 1min, enough()));
  EXPECT_GT(coordinator.lock("alice", "you", 1min, enough()).remaining, 30s);
}

TEST(DistributedFutureHidden, AValueExpires) {
  contract("A value is gone when its time is over, and is computed anew.", "values");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  DistributedFutures futures(coordinator, {.lock = 1h, .value = 10ms});
  int computed = 0;
  const auto compute = [&](const Lead&) { return std::to_string(++computed); };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "1");
  const auto bound = enough();
  while (coordinator.value("alice", bound)) std::this_thread::yield();
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "2");
}

TEST(DistributedFutureHidden, NewsOfOthersIsNoNews) {
  contract("A subscription tells of its own key only.", "the-news");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  const auto news = coordinator.subscribe("alice", enough());
  coordinator.lock("bob", "me", 1min, enough());
  coordinator.publish("bob", "me", "Bob", 1min, enough());
  EXPECT_EQ(thrown_by([&] { news->wait({Clock::now() + 5ms}); }), late);
}

TEST(DistributedFutureHidden, ADroppedSubscriberIsTold) {
  contract("A subscriber whose connection is gone gets Unreachable, and does not wait on.",
           "the-news");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  const auto news = coordinator.subscribe("alice", enough());
  Redis(server.socket()).command({"CLIENT", "KILL", "TYPE", "pubsub"}, enough());
  EXPECT_THROW(news->wait(enough()), Unreachable);
}

TEST(DistributedFutureHidden, AServerThatIsGoneIsUnreachable) {
  contract("Without a server every step throws Unreachable, and release does nothing.",
           "nobody-knows");
  NEEDS_REDIS();
  RedisServer server;
  RedisCoordinator coordinator(server.socket());
  coordinator.value("alice", enough());  // a connection that is kept
  server.stop();
  EXPECT_THROW(coordinator.value("alice", enough()), Unreachable);
  EXPECT_THROW(coordinator.lock("alice", "me", 1min, enough()), Unreachable);
  EXPECT_THROW(coordinator.renew("alice", "me", 1min, enough()), Unreachable);
  EXPECT_THROW(coordinator.publish("alice", "me", "mine", 1min, enough()), Unreachable);
  EXPECT_THROW(coordinator.subscribe("alice", enough()), Unreachable);
  coordinator.release("alice", "me");
  server.start();
  EXPECT_EQ(coordinator.value("alice", enough()), std::nullopt);
}

TEST(DistributedFutureHidden, ASilentServerHoldsNobody) {
  contract("A server that does not answer holds nobody beyond a deadline or a stop.", "patience");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  expect_written(coordinator);
  DistributedFutures futures(coordinator);
  server.freeze();
  const auto soon = [] { return Patience{Clock::now() + 5ms}; };
  EXPECT_EQ(thrown_by([&] { coordinator.value("alice", soon()); }), late);
  EXPECT_EQ(thrown_by([&] { coordinator.lock("alice", "me", 1min, soon()); }), late);
  EXPECT_EQ(thrown_by([&] { coordinator.subscribe("alice", soon()); }), late);
  coordinator.release("alice", "me");
  EXPECT_EQ(thrown_by([&] { futures.get("alice", nobody_computes, Clock::now() + 5ms); }), late);
  ParkingSpot spot;
  const auto source = std::make_unique<std::stop_source>();
  std::jthread waiter([&] {
    spot.arriving();
    EXPECT_EQ(thrown_by([&] {
                futures.get("alice", nobody_computes, Clock::time_point::max(),
                            source->get_token());
              }),
              "canceled");
  });
  spot.wait_until_parked();
  source->request_stop();
  waiter.join();
  server.thaw();
}

// get(), step by step. Nobody here has the time to wait for a lock to end.

TEST(DistributedFutureHidden, NewsIsMissedAtNoStep) {
  contract("Whenever the value is published while somebody comes to wait, it is not missed.",
           "subscribe-then-look");
  at_every_step_before_the_wait(
      [](Coordinator& server) { server.publish("alice", "somebody", "theirs", 1h, enough()); },
      nobody_computes, "theirs");
}

TEST(DistributedFutureHidden, AFreeLockIsMissedAtNoStep) {
  contract("Whenever the one who computes gives up, whoever comes to wait computes at once.",
           "failures");
  at_every_step_before_the_wait([](Coordinator& server) { server.release("alice", "somebody"); },
                                [](const Lead&) { return "mine"; }, "mine");
}

TEST(DistributedFutureHidden, TheConnectionMayBreakAtAnyStep) {
  contract("A connection that breaks before or after any step costs an attempt, not the value.",
           "nobody-knows");
  bool is_over = false;
  for (int n = 0; !is_over && n < 40; ++n) {
    MemoryCoordinator server;
    int step = 0;
    std::string broken;
    ObservedCoordinator coordinator(server, [&](const std::string& name) {
      if (name.ends_with("release") || step++ != n) return;
      broken = name;
      throw Unreachable("broken " + name);
    });
    DistributedFutures futures(coordinator, unhurried);
    int computed = 0;
    const auto compute = [&](const Lead&) { return std::to_string(++computed); };
    EXPECT_EQ(futures.get("alice", compute, Clock::now() + 2s), "1") << broken;
    EXPECT_EQ(server.value("alice", enough()), "1") << broken;
    EXPECT_FALSE(server.is_locked("alice")) << broken;
    is_over = broken.empty();
  }
  EXPECT_TRUE(is_over);
}

TEST(DistributedFutureHidden, AStopAtAnyStepLeavesNoLock) {
  contract("Whoever is stopped, at any step, leaves no lock behind.", "patience");
  MemoryCoordinator first;
  expect_written(first);
  bool is_over = false;
  for (int n = 0; !is_over && n < 40; ++n) {
    MemoryCoordinator server;
    const auto source = std::make_unique<std::stop_source>();
    int step = 0;
    std::string stopped_at;
    ObservedCoordinator coordinator(server, [&](const std::string& name) {
      if (name.ends_with("release") || step++ != n) return;
      stopped_at = name;
      source->request_stop();
      // A step that is being waited for ends by the stop, whether it has been done or not.
      if (name == "after lock")
        throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    });
    DistributedFutures futures(coordinator, unhurried);
    const auto how = thrown_by([&] {
      EXPECT_EQ(
          futures.get(
              "alice", [](const Lead&) { return "mine"; }, Clock::now() + 5s, source->get_token()),
          "mine");
    });
    EXPECT_TRUE(how == "none" || how == "canceled") << how << ", " << stopped_at;
    EXPECT_FALSE(server.is_locked("alice")) << stopped_at;
    is_over = stopped_at.empty();
  }
  EXPECT_TRUE(is_over);
}

TEST(DistributedFutureHidden, TheDeadAreSucceeded) {
  contract("Nobody tells of a lock that ended by itself: a waiter asks again when it must have.",
           "the-dead");
  MemoryCoordinator server;
  server.lock("alice", "somebody who has died", 20ms, enough());
  DistributedFutures futures(server, unhurried);
  EXPECT_EQ(futures.get(
                "alice", [](const Lead&) { return "mine"; }, Clock::now() + 3s),
            "mine");
}

TEST(DistributedFutureHidden, TheLockIsRenewedWhileItWorks) {
  contract("Work that takes longer than a lock lives keeps its lock, and is not stopped.",
           "renewal");
  MemoryCoordinator server;
  HeldGate is_renewed;
  std::atomic<int> renewals{0};
  ObservedCoordinator coordinator(server, [&](const std::string& name) {
    if (name == "after renew" && ++renewals == 2) is_renewed.open();
  });
  // Much longer than any thread here may have to wait for a processor.
  DistributedFutures futures(coordinator, {.lock = 1500ms, .value = 1h});
  int computed = 0;
  const auto compute = [&](const Lead& lead) {
    is_renewed.wait();
    EXPECT_FALSE(lead.token.stop_requested());
    return std::to_string(++computed);
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 1h), "1");
  EXPECT_EQ(computed, 1);
}

TEST(DistributedFutureHidden, WhatCameTooLateIsNoLock) {
  contract("When the answers took longer than the lock lives, nothing is computed under it.",
           "renewal");
  MemoryCoordinator server;
  bool was_slow = false;
  ObservedCoordinator coordinator(server, [&](const std::string& name) {
    if (name != "after lock" || std::exchange(was_slow, true)) return;
    const auto over = Clock::now() + 30ms;
    while (Clock::now() <= over) std::this_thread::yield();
  });
  DistributedFutures futures(coordinator, {.lock = 30ms, .value = 1h});
  const auto compute = [&](const Lead& lead) {
    EXPECT_GT(lead.fence, 1U) << "this lock had ended before the work began";
    return "mine";
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "mine");
}

TEST(DistributedFutureHidden, LosingTheLockStopsTheWork) {
  contract("Work whose lock is lost is stopped; its caller goes back and gets the others' value.",
           "no-fence");
  MemoryCoordinator server;
  DistributedFutures futures(server, {.lock = 60ms, .value = 1h});
  HeldGate never;
  const auto compute = [&](const Lead& lead) -> std::string {
    server.expire("alice");
    server.lock("alice", "somebody", 1h, enough());
    EXPECT_FALSE(never.wait(lead.token));
    server.publish("alice", "somebody", "theirs", 1h, enough());
    throw std::runtime_error("I was stopped");
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "theirs");
}

TEST(DistributedFutureHidden, WithoutAnAnswerTheLockIsLost) {
  contract("Whoever cannot renew stops its work when the lock must have ended.", "renewal");
  MemoryCoordinator server;
  std::atomic<bool> is_cut_off{true};
  ObservedCoordinator coordinator(server, [&](const std::string& name) {
    if (name == "before renew" && is_cut_off) throw Unreachable("cut off");
  });
  DistributedFutures futures(coordinator, {.lock = 60ms, .value = 1h});
  HeldGate never;
  int computed = 0;
  const auto compute = [&](const Lead& lead) -> std::string {
    if (++computed == 1) {
      EXPECT_FALSE(never.wait(lead.token));
      is_cut_off = false;
      throw std::runtime_error("I was stopped");
    }
    return "at last";
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "at last");
  EXPECT_GE(computed, 2);  // a machine under load may lose its lock again
}

TEST(DistributedFutureHidden, ALatecomerChangesNothing) {
  contract("A value that comes when the lock is lost is neither kept nor returned.", "no-fence");
  MemoryCoordinator server;
  DistributedFutures futures(server, unhurried);
  const auto compute = [&](const Lead&) {
    server.expire("alice");
    server.lock("alice", "somebody", 1h, enough());
    server.publish("alice", "somebody", "theirs", 1h, enough());
    return "mine";
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "theirs");
  EXPECT_EQ(server.value("alice", enough()), "theirs");
}

TEST(DistributedFutureHidden, TheDeadlineStopsTheWork) {
  contract("compute sees its token stopped at the caller's deadline, and when the caller is.",
           "patience");
  MemoryCoordinator server;
  expect_written(server);
  DistributedFutures futures(server, unhurried);
  HeldGate never;
  const auto compute = [&](const Lead& lead) -> std::string {
    EXPECT_FALSE(never.wait(lead.token));
    throw std::runtime_error("I was stopped");
  };
  EXPECT_EQ(thrown_by([&] { futures.get("alice", compute, Clock::now() + 5ms); }), "I was stopped");
  EXPECT_FALSE(server.is_locked("alice"));
  const auto source = std::make_unique<std::stop_source>();
  const auto stopped = [&](const Lead& lead) -> std::string {
    source->request_stop();
    return compute(lead);
  };
  EXPECT_EQ(
      thrown_by([&] { futures.get("alice", stopped, Clock::now() + 1h, source->get_token()); }),
      "I was stopped");
  EXPECT_FALSE(server.is_locked("alice"));
}

TEST(DistributedFutureHidden, AValueThatComesTooLateIsShared) {
  contract("A value that compute brings after the deadline, or a stop, is not thrown away.",
           "patience");
  MemoryCoordinator server;
  DistributedFutures futures(server, unhurried);
  const auto deadline = Clock::now() + 5ms;
  const auto compute = [&](const Lead&) {
    while (Clock::now() <= deadline) std::this_thread::yield();
    return "deaf";
  };
  EXPECT_EQ(futures.get("alice", compute, deadline), "deaf");
  EXPECT_EQ(server.value("alice", enough()), "deaf");
  const auto source = std::make_unique<std::stop_source>();
  const auto stopped = [&](const Lead&) {
    source->request_stop();
    return "stopped";
  };
  EXPECT_EQ(futures.get("bob", stopped, Clock::now() + 5s, source->get_token()), "stopped");
  EXPECT_EQ(server.value("bob", enough()), "stopped");
}

TEST(DistributedFutureHidden, WhatComputeThrowsIsItsOwn) {
  contract("Anything may be thrown by compute, Unreachable too; it is thrown on, once.",
           "failures");
  MemoryCoordinator server;
  expect_written(server);
  DistributedFutures futures(server, unhurried);
  int computed = 0;
  const auto unreachable = [&](const Lead&) -> std::string {
    ++computed;
    throw Unreachable("the database");
  };
  EXPECT_EQ(thrown_by([&] { futures.get("alice", unreachable, Clock::now() + 1s); }),
            "the database");
  EXPECT_EQ(computed, 1);
  const auto strange = [&](const Lead&) -> std::string { throw 7; };
  EXPECT_THROW(futures.get("alice", strange, Clock::now() + 1s), int);
  EXPECT_FALSE(server.is_locked("alice"));
}

TEST(DistributedFutureHidden, FencesGrow) {
  contract("Everybody who computes has a greater fence than all before, for whatever key.",
           "no-fence");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  RedisCoordinator elsewhere(server.socket());
  std::uint64_t last = 0;
  for (int i = 0; i < 6; ++i) {
    DistributedFutures futures(i % 2 == 0 ? coordinator : elsewhere);
    futures.get(
        std::to_string(i),
        [&](const Lead& lead) {
          EXPECT_GT(lead.fence, last);
          last = lead.fence;
          return "";
        },
        Clock::now() + 5s);
  }
}

// A server that goes away, and threads.

TEST(DistributedFutureHidden, ManyThreadsOneComputation) {
  contract("Of many who ask at the same time one computes, and all get its value.", "get");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  RedisCoordinator elsewhere(server.socket());
  expect_written(coordinator);
  constexpr int askers = 12;
  Crowd crowd;
  HeldGate may_end;
  std::atomic<int> computed{0};
  std::vector<std::jthread> threads;
  const auto compute = [&](const Lead&) {
    may_end.wait();
    return std::to_string(++computed);
  };
  for (int i = 0; i < askers; ++i) {
    threads.emplace_back([&, i] {
      DistributedFutures futures(i % 2 == 0 ? coordinator : elsewhere, unhurried);
      crowd.arriving();
      EXPECT_EQ(futures.get("alice", compute, Clock::now() + 8s), "1");
    });
  }
  crowd.wait_until_parked(askers);
  may_end.open();
  threads.clear();
  EXPECT_EQ(computed.load(), 1);
}

TEST(DistributedFutureHidden, AFailureWakesTheNext) {
  contract("When whoever computes fails, somebody who waits is told, and computes at once.",
           "failures");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  expect_written(coordinator);
  HeldGate is_waiting;
  ParkingSpot spot;
  ObservedCoordinator observed(coordinator, [&](const std::string& name) {
    if (name == "before wait") is_waiting.open();
  });
  std::jthread waiter;
  const auto fails = [&](const Lead&) -> std::string {
    waiter = std::jthread([&] {
      spot.arriving();
      DistributedFutures futures(observed, unhurried);
      EXPECT_EQ(futures.get(
                    "alice", [](const Lead&) { return "mine"; }, Clock::now() + 3s),
                "mine");
    });
    is_waiting.wait();
    spot.wait_until_parked();
    throw std::runtime_error("not this time");
  };
  DistributedFutures futures(coordinator, unhurried);
  EXPECT_EQ(thrown_by([&] { futures.get("alice", fails, Clock::now() + 8s); }), "not this time");
}

TEST(DistributedFutureHidden, AServerThatComesBackServes) {
  contract("Whoever waits while the server goes away and comes back gets a value.", "nobody-knows");
  NEEDS_REDIS();
  RedisServer server;
  RedisCoordinator coordinator(server.socket());
  expect_written(coordinator);
  coordinator.lock("alice", "somebody", 1h, enough());
  HeldGate is_waiting;
  ObservedCoordinator observed(coordinator, [&](const std::string& name) {
    if (name == "before wait") is_waiting.open();
  });
  DistributedFutures futures(observed, unhurried);
  ParkingSpot spot;
  std::jthread waiter([&] {
    spot.arriving();
    EXPECT_EQ(futures.get(
                  "alice", [](const Lead&) { return "mine"; }, Clock::now() + 8s),
              "mine");
  });
  is_waiting.wait();
  spot.wait_until_parked();
  server.stop();
  EXPECT_EQ(thrown_by([&] { futures.get("bob", nobody_computes, Clock::now() + 20ms); }), late);
  const auto source = std::make_unique<std::stop_source>();
  source->request_stop();
  EXPECT_EQ(thrown_by([&] {
              futures.get("bob", nobody_computes, Clock::now() + 1h, source->get_token());
            }),
            "canceled");
  server.start();
  waiter.join();
}

TEST(DistributedFutureHidden, AServerThatIsBackKnowsNoLock) {
  contract("A server that has lost everything does not get the value of a lock that it forgot.",
           "no-fence");
  NEEDS_REDIS();
  RedisServer server;
  RedisCoordinator coordinator(server.socket());
  DistributedFutures futures(coordinator, unhurried);
  int computed = 0;
  const auto compute = [&](const Lead&) {
    if (++computed == 1) {
      server.stop();
      server.start();
    }
    return std::to_string(computed);
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "2");
  EXPECT_EQ(coordinator.value("alice", enough()), "2");
}

TEST(DistributedFutureHidden, ADroppedWaiterComesBack) {
  contract("A waiter whose connection drops misses nothing that was published meanwhile.",
           "the-news");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  expect_written(coordinator);
  coordinator.lock("alice", "somebody", 1h, enough());
  HeldGate is_waiting;
  HeldGate is_broken;
  HeldGate may_go_on;
  ObservedCoordinator observed(coordinator, [&](const std::string& name) {
    if (name == "before wait") is_waiting.open();
    if (name == "before value" && is_broken.is_open()) may_go_on.wait();
  });
  DistributedFutures futures(observed, unhurried);
  std::jthread waiter(
      [&] { EXPECT_EQ(futures.get("alice", nobody_computes, Clock::now() + 8s), "theirs"); });
  is_waiting.wait();
  is_broken.open();
  Redis(server.socket()).command({"CLIENT", "KILL", "TYPE", "pubsub"}, enough());
  coordinator.publish("alice", "somebody", "theirs", 1h, enough());
  may_go_on.open();
  waiter.join();
}

// Other processes, and their deaths.

/// Asks for one key, says how far it is, and waits at the step where it is to die.
///     words: socket, key, milliseconds of a lock, the number of the step or -1
const Role asks("asks", [](const Words& words) {
  RedisCoordinator inner(words[0]);
  const int fatal = std::stoi(words[3]);
  std::atomic<int> step{0};
  const auto at = [&](const std::string& name) {
    // It renews whenever it likes.
    if (name.ends_with("renew") || step++ != fatal) return;
    std::cout << "at " << name << std::endl;
    std::string line;
    std::getline(std::cin, line);  // it is killed here
  };
  ObservedCoordinator coordinator(inner, at);
  DistributedFutures futures(coordinator,
                             {.lock = std::chrono::milliseconds(std::stoi(words[2])), .value = 1h});
  const auto compute = [&](const Lead&) {
    at("compute");
    return "the child's";
  };
  const auto value = futures.get(words[1], compute, Clock::now() + 20s);
  std::cout << "done " << value << std::endl;
  return 0;
});

/// Kills a child at each step from `first` on, every `stride` steps, with somebody waiting for it.
void kill_at_each_step(int first, int stride) {
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  expect_written(coordinator);
  int kills = 0;
  for (int step = first; step < 40; step += stride) {
    const auto key = "key " + std::to_string(step);
    Process child(playing("asks", {server.socket(), key, "150", std::to_string(step)}));
    const auto said = child.hear();
    ASSERT_TRUE(said) << "step " << step;
    if (said->starts_with("done")) break;
    HeldGate has_looked;
    ObservedCoordinator observed(coordinator, [&](const std::string& name) {
      if (name == "before wait" || name == "after lock") has_looked.open();
    });
    std::string seen;
    {
      std::jthread waiter([&] {
        seen = DistributedFutures(observed, {.lock = 150ms, .value = 1h})
                   .get(
                       key, [](const Lead&) { return "the waiter's"; }, Clock::now() + 8s);
        has_looked.open();
      });
      has_looked.wait();
      child.signal(SIGKILL);
    }
    EXPECT_EQ(child.wait(), "signal 9");
    ++kills;
    EXPECT_TRUE(seen == "the waiter's" || *said == "at after publish") << *said << ": " << seen;
    EXPECT_EQ(coordinator.value(key, enough()), seen) << *said;
  }
  // A look, a lock, the work, and a publication at least.
  EXPECT_GE(kills, 4 / stride);
}

TEST(DistributedFutureHidden, SurvivesSigkillAtEveryStep) {
  contract("A process may be killed at any step: whoever waits gets a value.", "the-dead");
  NEEDS_REDIS();
  kill_at_each_step(0, 2);
}

TEST(DistributedFutureHidden, SurvivesSigkillBetweenAllSteps) {
  contract("A process may be killed between any two steps: whoever waits gets a value.",
           "the-dead");
  NEEDS_REDIS();
  kill_at_each_step(1, 2);
}

/// Computes one key after the other, as it is told, and says what came of it.
///     words: socket, folder
///     lines: a key, and the number of the step at which it kills itself, or -1
const Role works("works", [](const Words& words) {
  RedisCoordinator inner(words[0]);
  std::atomic<int> step{0};
  std::atomic<int> fatal{-1};
  const auto at = [&](const std::string&) {
    if (step++ == fatal) ::raise(SIGKILL);
  };
  ObservedCoordinator coordinator(inner, at);
  DistributedFutures futures(coordinator, {.lock = 1s, .value = 1h});
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::string key;
    int number = -1;
    std::istringstream(line) >> key >> number;
    step = 0;
    fatal = number;
    const auto compute = [&](const Lead& lead) {
      // The kernel lets go of the file's lock when the process dies, not before and not after.
      const auto file = words[1] + "/" + key;
      const int live = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
      if (::flock(live, LOCK_EX | LOCK_NB) != 0) std::cout << "overlap " << key << std::endl;
      at("compute");
      std::this_thread::yield();
      at("computed");
      ::close(live);
      return key + ":" + std::to_string(lead.fence) + ":" + std::to_string(::getpid());
    };
    try {
      const auto value = futures.get(key, compute, Clock::now() + 20s);
      std::cout << "value " << value << std::endl;
    } catch (const std::exception& error) {
      std::cout << "error " << error.what() << std::endl;
    }
  }
  return 0;
});

int rounds_wanted() {
  const char* wanted = std::getenv("PROMISSORY_ROUNDS");
  return wanted == nullptr ? 8 : std::atoi(wanted);
}

TEST(DistributedFutureHidden, EightProcessesAndADeathEachRound) {
  contract("Eight processes ask for one key, one is killed: the others all get one value, in time.",
           "the-dead");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  expect_written(coordinator);
  constexpr std::size_t size = 8;
  const auto folder = std::filesystem::path(server.socket()).parent_path().string();
  std::vector<std::unique_ptr<Process>> workers;
  const auto replace = [&](std::unique_ptr<Process>& worker) {
    worker = std::make_unique<Process>(playing("works", {server.socket(), folder}));
    ASSERT_EQ(worker->hear(), "ready");
  };
  for (std::size_t i = 0; i < size; ++i) replace(workers.emplace_back());
  const int rounds = rounds_wanted();
  int deaths = 0;
  int deaths_of_leaders = 0;
  int overlaps = 0;
  int errors = 0;
  int differences = 0;
  Clock::duration longest{};
  std::mt19937 random(14);
  for (int round = 0; round < rounds && !HasFatalFailure(); ++round) {
    const auto key = "round-" + std::to_string(round);
    const std::size_t victim = random() % size;
    // Half of them kill themselves at a step, and half are killed in the middle of something.
    const bool at_a_step = random() % 2 == 0;
    const int fatal = at_a_step ? static_cast<int>(random() % 16) : -1;
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < size; ++i) {
      workers[i]->say(key + " " + std::to_string(i == victim ? fatal : -1));
    }
    if (!at_a_step) {
      const auto then = Clock::now() + std::chrono::microseconds(random() % 3000);
      while (Clock::now() < then) std::this_thread::yield();
      workers[victim]->signal(SIGKILL);
    }
    std::map<std::string, int> answers;
    for (std::size_t i = 0; i < size; ++i) {
      while (const auto line = workers[i]->hear()) {
        if (line->starts_with("overlap")) {
          ++overlaps;
          continue;
        }
        if (line->starts_with("error")) ++errors;
        ++answers[*line];
        break;
      }
    }
    longest = std::max<Clock::duration>(longest, Clock::now() - begin);
    if (answers.size() != 1) ++differences;
    if (answers.empty() || answers.begin()->first.substr(6) != coordinator.value(key, enough())) {
      ++differences;
    }
    // Another one computed after the victim had the lock.
    if (Clock::now() - begin > 500ms) ++deaths_of_leaders;
    if (!at_a_step || !workers[victim]->say("are-you-alive -1") || !workers[victim]->hear()) {
      EXPECT_EQ(workers[victim]->wait(), "signal 9");
      ++deaths;
      replace(workers[victim]);
    }
  }
  EXPECT_EQ(overlaps, 0) << "two computed one key at a time";
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(differences, 0) << "not everybody got the value that is kept";
  if (std::getenv("PROMISSORY_ROUNDS") == nullptr) return;
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(longest).count();
  std::cout << "  " << rounds << " rounds of " << size << " processes: " << deaths << " killed, "
            << deaths_of_leaders << " of them with the lock; " << differences << " wrong values, "
            << errors << " errors, " << overlaps
            << " times two live computations of a key; longest round " << milliseconds << " ms\n";
}

}  // namespace
