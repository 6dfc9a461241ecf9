#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "14-distributed-future/distributed_future.hpp"
#include "14-distributed-future/redis_coordinator.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"
#include "support/redis_server.hpp"
#include "support/words.hpp"

namespace {

using promissory::DistributedFutures;
using promissory::Patience;
using promissory::RedisCoordinator;
using promissory::support::contract;
using promissory::support::HeldGate;
using promissory::support::ParkingSpot;
using promissory::support::RedisServer;
using promissory::support::thrown_by;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Lead = DistributedFutures::Lead;

const std::string late = std::make_error_code(std::errc::timed_out).message();

Patience enough() {
  return {Clock::now() + 5s};
}

TEST(DistributedFuture, PublishesBytes) {
  contract("What the owner of a lock publishes is there for everybody, byte by byte.", "values");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  RedisCoordinator elsewhere(server.socket());
  EXPECT_EQ(elsewhere.value("alice", enough()), std::nullopt);
  EXPECT_NE(coordinator.lock("alice", "me", 1min, enough()).fence, 0U);
  const std::string bytes("a\0b\r\nc\xff", 7);
  EXPECT_TRUE(coordinator.publish("alice", "me", bytes, 1min, enough()));
  EXPECT_EQ(elsewhere.value("alice", enough()), bytes);
  EXPECT_EQ(elsewhere.value("bob", enough()), std::nullopt);
}

TEST(DistributedFuture, OneOwnsTheLock) {
  contract("Of those who want the lock one gets it; the others are told for how long.", "the-lock");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  EXPECT_GT(coordinator.lock("alice", "me", 1min, enough()).fence, 0U);
  const auto second = coordinator.lock("alice", "you", 1h, enough());
  EXPECT_EQ(second.fence, 0U);
  EXPECT_GT(second.remaining, 0ms);
  EXPECT_LE(second.remaining, 1min);
  EXPECT_GT(coordinator.lock("bob", "you", 1min, enough()).fence, 0U);
}

TEST(DistributedFuture, OnlyTheOwnerChangesIt) {
  contract("Who does not have the lock can neither renew nor free it, nor publish.", "the-lock");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  const auto mine = coordinator.lock("alice", "me", 1min, enough());
  EXPECT_FALSE(coordinator.renew("alice", "you", 1min, enough()));
  EXPECT_FALSE(coordinator.publish("alice", "you", "yours", 1min, enough()));
  coordinator.release("alice", "you");
  EXPECT_EQ(coordinator.lock("alice", "you", 1min, enough()).fence, 0U);
  EXPECT_TRUE(coordinator.renew("alice", "me", 1min, enough()));
  EXPECT_TRUE(coordinator.publish("alice", "me", "mine", 1min, enough()));
  EXPECT_EQ(coordinator.value("alice", enough()), "mine");
  EXPECT_GT(coordinator.lock("alice", "you", 1min, enough()).fence, mine.fence);
}

TEST(DistributedFuture, SubscribersHearOfIt) {
  contract("Who has subscribed hears when the lock is free, with a value or without.", "the-news");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  const auto news = coordinator.subscribe("alice", enough());
  EXPECT_EQ(thrown_by([&] { news->wait({Clock::now() + 2ms}); }), late);
  coordinator.lock("alice", "me", 1min, enough());
  coordinator.release("alice", "me");
  news->wait(enough());
  coordinator.lock("alice", "you", 1min, enough());
  coordinator.publish("alice", "you", "yours", 1min, enough());
  news->wait(enough());
}

TEST(DistributedFuture, IsComputedOnce) {
  contract("get() computes a value that is not there, and finds one that is.", "get");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  DistributedFutures futures(coordinator);
  int computed = 0;
  const auto compute = [&](const Lead& lead) {
    EXPECT_GT(lead.fence, 0U);
    EXPECT_FALSE(lead.token.stop_requested());
    return "value " + std::to_string(++computed);
  };
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "value 1");
  EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "value 1");
  RedisCoordinator elsewhere(server.socket());
  EXPECT_EQ(DistributedFutures(elsewhere).get("alice", compute, Clock::now() + 5s), "value 1");
  EXPECT_EQ(futures.get("bob", compute, Clock::now() + 5s), "value 2");
}

TEST(DistributedFuture, WhoComesLaterWaits) {
  contract("Whoever asks while the value is being computed waits for it, and gets it.", "get");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  RedisCoordinator elsewhere(server.socket());
  DistributedFutures futures(coordinator);
  // What is not written yet says so here.
  futures.get(
      "bob", [](const Lead&) { return "ready"; }, Clock::now() + 5s);
  std::atomic<int> computed{0};
  ParkingSpot spot;
  HeldGate may_end;
  HeldGate has_begun;
  const auto compute = [&](const Lead&) {
    has_begun.open();
    may_end.wait();
    return "value " + std::to_string(++computed);
  };
  std::jthread leader(
      [&] { EXPECT_EQ(futures.get("alice", compute, Clock::now() + 5s), "value 1"); });
  has_begun.wait();
  std::jthread waiter([&] {
    spot.arriving();
    EXPECT_EQ(DistributedFutures(elsewhere).get("alice", compute, Clock::now() + 5s), "value 1");
  });
  spot.wait_until_parked();
  may_end.open();
  leader.join();
  waiter.join();
  EXPECT_EQ(computed.load(), 1);
}

TEST(DistributedFuture, AFailureIsNotKept) {
  contract("What compute throws is thrown to its caller; the next one computes anew.", "failures");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  DistributedFutures futures(coordinator);
  EXPECT_EQ(thrown_by([&] {
              futures.get(
                  "alice",
                  [](const Lead&) -> std::string { throw std::runtime_error("no such user"); },
                  Clock::now() + 5s);
            }),
            "no such user");
  EXPECT_EQ(futures.get(
                "alice", [](const Lead&) { return "Alice"; }, Clock::now() + 5s),
            "Alice");
}

TEST(DistributedFuture, NobodyWaitsForEver) {
  contract("A wait ends at its deadline, or when its token is stopped.", "patience");
  NEEDS_REDIS();
  const RedisServer server;
  RedisCoordinator coordinator(server.socket());
  DistributedFutures futures(coordinator);
  coordinator.lock("alice", "somebody", 1h, enough());
  const auto never = [](const Lead&) { return "not to be computed"; };
  EXPECT_EQ(thrown_by([&] { futures.get("alice", never, Clock::now() + 5ms); }), late);
  ParkingSpot spot;
  const auto source = std::make_unique<std::stop_source>();
  std::jthread waiter([&] {
    spot.arriving();
    EXPECT_EQ(
        thrown_by([&] { futures.get("alice", never, Clock::now() + 1h, source->get_token()); }),
        "canceled");
  });
  spot.wait_until_parked();
  source->request_stop();
}

}  // namespace
