#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "explorer/explorer.hpp"
#include "s1-back-pressure/bounded_queue.hpp"
#include "s1-back-pressure/chain.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::BoundedQueue;
using promissory::chain_of;
using promissory::Future;
using promissory::stage;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Gate;

/// @return "taken", "canceled" or "refused"
template <class Call>
std::string outcome_of(Call call) {
  try {
    call();
    return "taken";
  } catch (const std::system_error&) {
    return "canceled";
  } catch (const std::logic_error&) {
    return "refused";
  }
}

TEST(BoundedQueueExplored, EverybodyIsServed) {
  contract("Two that put in and two that take out through room for one all come to their end.",
           "a-bounded-queue");
  EXPLORE({}) {
    BoundedQueue<int> queue(1);
    std::atomic<int> sum{0};
    std::jthread one([&] { queue.push(1); });
    std::jthread two([&] { queue.push(2); });
    std::jthread taker([&] { sum += queue.pop().value(); });
    sum += queue.pop().value();
    one.join();
    two.join();
    taker.join();
    EXPECT_EQ(sum, 3);
  };
}

TEST(BoundedQueueExplored, TheSecondPlaceWakesTheSecond) {
  contract("Two that wait for room both get in when two items are taken out.", "a-bounded-queue");
  EXPLORE({}) {
    BoundedQueue<int> queue(2);
    queue.push(1);
    queue.push(2);
    std::jthread one([&] { queue.push(3); });
    std::jthread two([&] { queue.push(4); });
    queue.pop();
    queue.pop();
    one.join();
    two.join();
    EXPECT_FALSE(queue.try_push(5));
  };
}

TEST(BoundedQueueExplored, TwoWhoTryFindRoomForOne) {
  contract("Of two that try to put into room for one, one is told that there is none.",
           "a-bounded-queue");
  EXPLORE({}) {
    BoundedQueue<int> queue(1);
    std::atomic<int> taken{0};
    std::jthread other([&] { taken += queue.try_push(1) ? 1 : 0; });
    taken += queue.try_push(2) ? 1 : 0;
    other.join();
    EXPECT_EQ(taken, 1);
  };
}

TEST(BoundedQueueExplored, AStopMeetsRoom) {
  contract("An item whose stop and whose room come together is in, or its owner is told.",
           "a-bounded-queue");
  EXPLORE({}) {
    BoundedQueue<int> queue(1);
    queue.push(1);
    std::stop_source patience;
    std::jthread stopping([&] { patience.request_stop(); });
    std::jthread taking([&] { queue.pop(); });
    const std::string outcome = outcome_of([&] { queue.push(2, patience.get_token()); });
    taking.join();
    stopping.join();
    queue.close();
    EXPECT_EQ(outcome, queue.pop() == 2 ? "taken" : "canceled");
  };
}

TEST(BoundedQueueExplored, CloseIsHeard) {
  contract("Whoever waits for room, or for an item, hears close(), whenever it comes.",
           "the-end-travels");
  EXPLORE({}) {
    BoundedQueue<int> full(1);
    BoundedQueue<int> empty(1);
    full.push(1);
    std::jthread putter([&] {
      const std::string outcome = outcome_of([&] { full.push(2); });
      EXPECT_EQ(outcome, "refused");
    });
    std::jthread taker([&] {
      const bool got_one = empty.pop().has_value();
      EXPECT_FALSE(got_one);
    });
    full.close();
    empty.close();
  };
}

TEST(BackPressureExplored, LittleRoomIsEnough) {
  contract("Through room for one before each stage, everything comes out.", "the-wait-travels");
  EXPLORE({.schedules = 400}) {
    int sum = 0;  // no atomic: one thread is the last stage
    {
      auto chain =
          chain_of<int>(stage(1, [](int n) { return n + 1; }), stage(1, [&](int n) { sum += n; }));
      for (int i = 0; i < 4; ++i) chain.submit(i);
    }
    EXPECT_EQ(sum, 10);
  };
}

TEST(BackPressureExplored, AnItemIsTakenOrRefused) {
  contract("A submit() that meets close() is refused, or its future is settled at the end.",
           "the-end-travels");
  EXPLORE({.schedules = 400}) {
    std::optional<Future<int>> future;
    std::string outcome;
    {
      auto chain =
          chain_of<int>(stage(1, [](int n) { return n; }), stage(1, [](int n) { return n; }));
      std::jthread closing([&] { chain.close(); });
      outcome = outcome_of([&] { future = chain.submit(7); });
      closing.join();
    }
    EXPECT_EQ(outcome, future ? "taken" : "refused");
    EXPECT_TRUE(!future || (future->ready() && future->result().has_value()));
  };
}

TEST(BackPressureExplored, AStopBetweenStagesLetsOthersPass) {
  contract("A stopped item never blocks the way for the one behind it.", "an-item-and-its-token");
  EXPLORE({.schedules = 400}) {
    Gate gate;
    std::stop_source patience;
    auto chain = chain_of<int>(stage(1, [](int n) { return n; }), stage(1, [&](int n) {
                                 gate.wait();
                                 return n;
                               }));
    const Future<int> first = chain.submit(1);
    const Future<int> second = chain.submit(2);
    const Future<int> stopped = chain.submit(3, patience.get_token());
    patience.request_stop();
    std::string outcome = outcome_of([&] { stopped.await(); });
    gate.open();
    EXPECT_EQ(outcome, "canceled");
    EXPECT_EQ(second.await(), 2);
  };
}

}  // namespace
