#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <forward_list>
#include <functional>
#include <latch>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "11-bounded-fan-out/bounded_group.hpp"
#include "11-bounded-fan-out/for_each_bounded.hpp"
#include "11-bounded-fan-out/semaphore.hpp"
#include "11-bounded-fan-out/worker_pool.hpp"
#include "support/at_the_end.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/high_water.hpp"
#include "support/parked.hpp"
#include "support/words.hpp"

namespace {

using promissory::BoundedGroup;
using promissory::failure;
using promissory::for_each_bounded;
using promissory::Future;
using promissory::Result;
using promissory::Unit;
using promissory::WeightedSemaphore;
using promissory::WorkerPool;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::HighWater;
using promissory::support::MoveOnly;
using promissory::support::ParkingSpot;
using promissory::support::thrown_by;
using promissory::support::ThrowsOnMove;
using promissory::support::words;

constexpr std::size_t huge = std::numeric_limits<std::size_t>::max();

/// Opens a gate before what is declared earlier is destroyed, and may wait for it.
struct OpensAtTheEnd {
  ~OpensAtTheEnd() { gate.open(); }
  Gate& gate;
};

/// Out of line: in a body that it sees must throw, as a starter's does, g++ 12 does not inline all
/// of the constructor, and then warns that the source is used uninitialized.
[[gnu::noinline]] std::stop_source new_stop_source() {
  return std::stop_source();
}

/// @return a token that is stopped
std::stop_token stopped_token() {
  std::stop_source source = new_stop_source();
  source.request_stop();
  return source.get_token();
}

/// While it lives no thread can be started: there is no room for a stack.
class NoRoomForThreads {
 public:
  NoRoomForThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge_stack;
    pthread_attr_init(&huge_stack);
    pthread_attr_setstacksize(&huge_stack, std::size_t{1} << 50);
    pthread_setattr_default_np(&huge_stack);
    pthread_attr_destroy(&huge_stack);
  }
  NoRoomForThreads(const NoRoomForThreads&) = delete;
  NoRoomForThreads& operator=(const NoRoomForThreads&) = delete;
  ~NoRoomForThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_{};
};

// What is not written yet says so here, before another thread could wait for it.

void expect_semaphore_written() {
  WeightedSemaphore semaphore(1);
  semaphore.acquire(1);
  EXPECT_FALSE(semaphore.try_acquire(1));
  semaphore.release(1);
}

void expect_group_written() {
  BoundedGroup group;
  group.set_limit(2);
  group.go([] {});
  EXPECT_TRUE(group.try_go([] {}));
  EXPECT_EQ(group.cause(), nullptr);
  EXPECT_FALSE(group.token().stop_requested());
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_TRUE(group.request_stop());
}

void expect_pool_written() {
  WorkerPool pool(1, 1);
  pool.submit([] {}).await();
  EXPECT_TRUE(pool.try_submit([] {}).has_value());
  pool.close();
}

/// A thread that acquires, notes its name, and releases.
std::jthread visitor(WeightedSemaphore& semaphore, std::size_t weight, std::string name,
                     std::vector<std::string>& visits, ParkingSpot& spot,
                     std::stop_token token = {}) {
  return std::jthread(
      [&semaphore, weight, name = std::move(name), &visits, &spot, token = std::move(token)] {
        // Nobody else writes to it: the weights in these tests exclude each other.
        static std::mutex mutex;
        spot.arriving();
        const std::string outcome = thrown_by([&] { semaphore.acquire(weight, token); });
        {
          std::lock_guard lock(mutex);
          visits.push_back(outcome == "none" ? name : name + " " + outcome);
        }
        if (outcome == "none") semaphore.release(weight);
      });
}

TEST(WeightedSemaphoreHidden, FirstComeFirstServed) {
  contract("A light one that would fit waits behind a heavy one that came before it.",
           "no-overtaking");
  expect_semaphore_written();
  WeightedSemaphore semaphore(2);
  semaphore.acquire(1);
  std::vector<std::string> visits;
  ParkingSpot heavy_spot;
  ParkingSpot light_spot;
  {
    const std::jthread heavy = visitor(semaphore, 2, "heavy", visits, heavy_spot);
    heavy_spot.wait_until_parked();
    const std::jthread light = visitor(semaphore, 1, "light", visits, light_spot);
    light_spot.wait_until_parked();
    EXPECT_FALSE(semaphore.try_acquire(1)) << "there is one free, but somebody waits before";
    semaphore.release(1);
  }
  EXPECT_EQ(visits, (std::vector<std::string>{"heavy", "light"}));
}

TEST(WeightedSemaphoreHidden, WhoGivesUpLetsTheOthersPass) {
  contract("When a heavy waiter is stopped, the light ones behind it are served if they fit.",
           "no-overtaking");
  expect_semaphore_written();
  WeightedSemaphore semaphore(10);
  semaphore.acquire(1);
  std::stop_source patience = new_stop_source();
  std::vector<std::string> visits;
  std::array<ParkingSpot, 3> spots;
  {
    const std::jthread heavy =
        visitor(semaphore, 10, "heavy", visits, spots[0], patience.get_token());
    spots[0].wait_until_parked();
    const std::jthread light = visitor(semaphore, 5, "light", visits, spots[1]);
    const std::jthread lighter = visitor(semaphore, 4, "light", visits, spots[2]);
    spots[1].wait_until_parked();
    spots[2].wait_until_parked();
    patience.request_stop();
  }
  ASSERT_EQ(visits.size(), 3U);
  EXPECT_EQ(std::count(visits.begin(), visits.end(), "light"), 2);
  EXPECT_EQ(std::count(visits.begin(), visits.end(), "heavy canceled"), 1);
  EXPECT_TRUE(semaphore.try_acquire(9)) << "somebody has taken more than it gave back";
}

TEST(WeightedSemaphoreHidden, OneReleaseServesAllWhoFit) {
  contract("What is released at once serves as many waiters as fit, and no more.",
           "weighted-semaphore");
  expect_semaphore_written();
  WeightedSemaphore semaphore(3);
  semaphore.acquire(3);
  std::latch all_inside(3);
  std::array<ParkingSpot, 3> spots;
  std::vector<std::jthread> threads;
  for (ParkingSpot& spot : spots) {
    threads.emplace_back([&] {
      spot.arriving();
      semaphore.acquire(1);
      all_inside.arrive_and_wait();
      semaphore.release(1);
    });
  }
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
  semaphore.release(3);
  threads.clear();
  EXPECT_TRUE(semaphore.try_acquire(3));
}

TEST(WeightedSemaphoreHidden, MoreThanTheWholeIsRefused) {
  contract("Asking for more than there is throws invalid_argument at once and holds up nobody.",
           "more-than-the-whole");
  WeightedSemaphore semaphore(2);
  EXPECT_THROW(semaphore.acquire(3), std::invalid_argument);
  EXPECT_THROW(semaphore.acquire(huge), std::invalid_argument);
  EXPECT_FALSE(semaphore.try_acquire(3));
  semaphore.acquire(1);
  EXPECT_FALSE(semaphore.try_acquire(huge)) << "held and asked for, added up, overflow";
  EXPECT_THROW(semaphore.acquire(huge), std::invalid_argument);
  EXPECT_TRUE(semaphore.try_acquire(1));
  semaphore.release(2);
}

TEST(WeightedSemaphoreHidden, MoreThanIsHeldCannotBeReleased) {
  contract("Releasing more than is held throws logic_error and gives nothing back.",
           "weighted-semaphore");
  WeightedSemaphore semaphore(2);
  EXPECT_THROW(semaphore.release(1), std::logic_error);
  semaphore.acquire(1);
  EXPECT_THROW(semaphore.release(2), std::logic_error);
  EXPECT_THROW(semaphore.release(huge), std::logic_error);
  EXPECT_FALSE(semaphore.try_acquire(2)) << "the refused release has given something back";
  semaphore.release(1);
  EXPECT_TRUE(semaphore.try_acquire(2));
}

TEST(WeightedSemaphoreHidden, WhatIsFreeWinsOverAStop) {
  contract("Under a token that is stopped acquire() takes what is free, and waits for nothing.",
           "weighted-semaphore");
  WeightedSemaphore semaphore(2);
  EXPECT_EQ(thrown_by([&] { semaphore.acquire(1, stopped_token()); }), "none");
  EXPECT_EQ(thrown_by([&] { semaphore.acquire(2, stopped_token()); }), "canceled");
  EXPECT_TRUE(semaphore.try_acquire(1)) << "who was stopped is still in the queue, or holds some";
  EXPECT_EQ(thrown_by([&] { semaphore.acquire(1, stopped_token()); }), "canceled");
  semaphore.release(2);
  EXPECT_TRUE(semaphore.try_acquire(2));
}

TEST(WeightedSemaphoreHidden, ZeroTakesNothing) {
  contract("A weight of 0 takes nothing, also from a semaphore of nothing.", "weighted-semaphore");
  WeightedSemaphore none(0);
  none.acquire(0);
  none.release(0);
  EXPECT_TRUE(none.try_acquire(0));
  EXPECT_THROW(none.acquire(1), std::invalid_argument);
  WeightedSemaphore taken(1);
  taken.acquire(1);
  EXPECT_EQ(thrown_by([&] { taken.acquire(0, stopped_token()); }), "none");
}

TEST(WeightedSemaphoreHidden, WhoHoldsTheWholeIsAlone) {
  contract("With all of it held nobody else is inside, and who comes next sees what was written.",
           "weighted-semaphore");
  expect_semaphore_written();
  constexpr int threads = 4;
  constexpr int rounds = 200;
  WeightedSemaphore semaphore(threads);
  int visits = 0;  // no atomic: the semaphore orders it
  std::atomic<int> inside{0};
  std::vector<std::jthread> all;
  for (int weight = 1; weight <= threads; ++weight) {
    all.emplace_back([&, weight] {
      for (int round = 0; round < rounds; ++round) {
        semaphore.acquire(weight);
        EXPECT_LE(inside.fetch_add(weight, std::memory_order_relaxed) + weight, threads);
        inside.fetch_sub(weight, std::memory_order_relaxed);
        semaphore.release(weight);
        semaphore.acquire(threads);
        ++visits;
        semaphore.release(threads);
      }
    });
  }
  all.clear();
  EXPECT_EQ(visits, threads * rounds);
  EXPECT_TRUE(semaphore.try_acquire(threads));
}

TEST(WeightedSemaphoreHidden, AStopMayRaceWithARelease) {
  contract("A waiter that is stopped and served at once gets one of the two, and nothing is lost.",
           "no-overtaking");
  expect_semaphore_written();
  for (int round = 0; round < 100; ++round) {
    WeightedSemaphore semaphore(2);
    semaphore.acquire(2);
    std::stop_source source = new_stop_source();
    std::latch start(3);
    std::jthread stopping([&] {
      start.arrive_and_wait();
      source.request_stop();
    });
    std::jthread releasing([&] {
      start.arrive_and_wait();
      semaphore.release(2);
    });
    start.arrive_and_wait();
    const std::string outcome = thrown_by([&] { semaphore.acquire(2, source.get_token()); });
    stopping.join();
    releasing.join();
    if (outcome == "none") {
      semaphore.release(2);
    } else {
      ASSERT_EQ(outcome, "canceled");
    }
    ASSERT_TRUE(semaphore.try_acquire(2));
  }
}

TEST(BoundedGroupHidden, AChildsFailureEndsTheWaitForAPlace) {
  contract("When a child fails, or the parent stops, a go() that waits gives up with canceled.",
           "a-full-group-hears");
  expect_group_written();
  std::stop_source parent = new_stop_source();
  const auto fill_and_wait = [&](BoundedGroup& group, auto&& end_it) {
    HeldGate deaf;
    ParkingSpot spot;
    std::atomic<bool> called{false};
    bool destroyed = false;
    const OpensAtTheEnd opens{deaf};
    group.set_limit(2);
    group.go([&] { deaf.wait(); });
    // It keeps its place, for a place is free when the function is gone, and its failure is known
    // before that.
    group.go([&, stay = AtTheEnd([&] { deaf.wait(); })] {
      spot.wait_until_parked();
      end_it();
    });
    spot.arriving();
    EXPECT_EQ(thrown_by([&] {
                group.go([&called, end = AtTheEnd([&] { destroyed = true; })] { called = true; });
              }),
              "canceled");
    EXPECT_TRUE(destroyed);
    deaf.open();  // only now is there a place
    const Result<Unit> all = group.wait();
    EXPECT_FALSE(called.load());
    return words(all);
  };
  BoundedGroup failing;
  EXPECT_EQ(fill_and_wait(failing, [] { throw std::runtime_error("broken"); }), "broken");
  BoundedGroup hearing(parent.get_token());
  EXPECT_EQ(fill_and_wait(hearing, [&] { parent.request_stop(); }), "none");
  EXPECT_EQ(words(hearing.cause()), "canceled");
}

TEST(BoundedGroupHidden, AStoppedGroupTakesNobody) {
  contract("A group that has been stopped starts nobody, although there is a place.",
           "a-full-group-hears");
  bool called = false;
  BoundedGroup group;
  group.set_limit(5);
  EXPECT_TRUE(group.request_stop());
  EXPECT_EQ(thrown_by([&] { group.go([&] { called = true; }); }), "canceled");
  EXPECT_FALSE(group.try_go([&] { called = true; }));
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_FALSE(called);

  BoundedGroup born_stopped(stopped_token());
  EXPECT_EQ(thrown_by([&] { born_stopped.go([&] { called = true; }); }), "canceled");
  EXPECT_FALSE(called);
}

TEST(BoundedGroupHidden, NothingStartsAfterAFailure) {
  contract("A child that fails has stopped the group before its place is free.",
           "a-full-group-hears");
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> called{0};
    BoundedGroup group;
    group.set_limit(1);
    group.go([&] {
      ++called;
      throw std::runtime_error("broken");
    });
    ASSERT_EQ(thrown_by([&] { group.go([&] { ++called; }); }), "canceled");
    ASSERT_EQ(words(group.wait()), "broken");
    ASSERT_EQ(called.load(), 1);
  }
}

TEST(BoundedGroupHidden, OnlySoManyFromManyThreads) {
  contract("Several threads may start children at once; the limit holds for all of them together.",
           "a-group-with-a-limit");
  expect_group_written();
  HighWater inside;
  BoundedGroup group;
  group.set_limit(2);
  std::latch start(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        for (int child = 0; child < 25; ++child) {
          group.go([&] { const HighWater::Mark mark(inside); });
        }
      });
    }
  }
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(inside.total(), 100);
  EXPECT_LE(inside.highest(), 2);
}

TEST(BoundedGroupHidden, TheLimitIsReached) {
  contract("As many as the limit says run at the same time; without a limit, all.",
           "a-group-with-a-limit");
  for (const std::size_t limit : {std::size_t{5}, BoundedGroup::unlimited}) {
    std::latch all_inside(5);
    BoundedGroup group;
    group.set_limit(limit);
    for (int i = 0; i < 5; ++i) group.go([&] { all_inside.arrive_and_wait(); });
    EXPECT_EQ(words(group.wait()), "none");
  }
}

TEST(BoundedGroupHidden, EachPlaceWakesOneWhoWaits) {
  contract("Of several go() that wait each gets a place in its turn; none is forgotten.",
           "a-group-with-a-limit");
  expect_group_written();
  HeldGate gate;
  std::atomic<int> ran{0};
  BoundedGroup group;
  group.set_limit(2);
  for (int i = 0; i < 2; ++i) group.go([&] { gate.wait(); });
  std::array<ParkingSpot, 4> spots;
  {
    std::vector<std::jthread> threads;
    for (ParkingSpot& spot : spots) {
      threads.emplace_back([&] {
        spot.arriving();
        group.go([&] { ++ran; });
      });
    }
    for (const ParkingSpot& spot : spots) spot.wait_until_parked();
    EXPECT_EQ(ran.load(), 0);
    gate.open();
  }
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 4);
}

TEST(BoundedGroupHidden, WithALimitOfOneTheyFollowEachOther) {
  contract("With a limit of 1 a child sees what the one before it has written, without a lock.",
           "a-group-with-a-limit");
  int sum = 0;  // no atomic: the place that is handed on orders it
  BoundedGroup group;
  group.set_limit(1);
  for (int i = 1; i <= 50; ++i) group.go([&sum, i] { sum += i; });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(sum, 1275);
}

TEST(BoundedGroupHidden, ThePlaceIsFreeWhenTheFunctionIsGone) {
  contract("A child keeps its place until its function is destroyed.", "a-group-with-a-limit");
  expect_group_written();
  ParkingSpot spot;
  std::atomic<bool> is_gone{false};
  BoundedGroup group;
  group.set_limit(1);
  group.go([end = AtTheEnd([&] {
              spot.wait_until_parked();
              is_gone = true;
            })] {});
  spot.arriving();
  group.go([] {});
  EXPECT_TRUE(is_gone.load()) << "go() has returned, so the place was free";
  EXPECT_EQ(words(group.wait()), "none");
}

TEST(BoundedGroupHidden, TheLimitIsForAnEmptyGroup) {
  contract("set_limit() throws logic_error while a child runs, invalid_argument for 0.",
           "a-group-with-a-limit");
  HeldGate gate;
  BoundedGroup group;
  const OpensAtTheEnd opens{gate};
  EXPECT_THROW(group.set_limit(0), std::invalid_argument);
  group.set_limit(3);
  group.set_limit(1);
  group.go([&] { gate.wait(); });
  EXPECT_THROW(group.set_limit(2), std::logic_error);
  EXPECT_THROW(group.set_limit(BoundedGroup::unlimited), std::logic_error);
  EXPECT_FALSE(group.try_go([] {})) << "the refused limit holds";
  gate.open();
  EXPECT_EQ(words(group.wait()), "none");
}

TEST(BoundedGroupHidden, AChildMayTry) {
  contract("A child of a full group may call try_go(), which does not wait for its own place.",
           "a-group-with-a-limit");
  expect_group_written();
  std::atomic<int> refused{0};
  BoundedGroup group;
  group.set_limit(1);
  group.go([&] { refused += group.try_go([] {}) ? 0 : 1; });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(refused.load(), 1);

  std::atomic<int> ran{0};
  BoundedGroup roomy;
  roomy.set_limit(2);
  roomy.go([&] { EXPECT_TRUE(roomy.try_go([&] { ++ran; })); });
  EXPECT_EQ(words(roomy.wait()), "none");
  EXPECT_EQ(ran.load(), 1);
}

TEST(BoundedGroupHidden, AChildThatNeverBeganGivesItsPlaceBack) {
  contract("When a thread cannot be started or the function not be moved, the place is free again.",
           "a-group-with-a-limit");
  struct Unmovable {
    ThrowsOnMove fuse{1};
    void operator()() const {}
  };
  std::atomic<int> ran{0};
  BoundedGroup group;
  group.set_limit(1);
  {
    const NoRoomForThreads no_room;
    EXPECT_THROW(group.go([&] { ran += 100; }), std::system_error);
    EXPECT_THROW(group.try_go([&] { ran += 100; }), std::system_error);
  }
  EXPECT_EQ(thrown_by([&] { group.go(Unmovable()); }), "move");
  EXPECT_TRUE(group.try_go([&] { ++ran; })) << "a place has been lost";
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 1);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(group.go([&] { ran += 100; }), std::logic_error) << "after wait()";
    EXPECT_THROW(group.try_go([&] { ran += 100; }), std::logic_error) << "after wait()";
  }
}

TEST(BoundedGroupHidden, TakesWhatATaskGroupTakes) {
  contract("Functions may be move-only, take a token or none, return anything or a failed Result.",
           "a-group-with-a-limit");
  std::atomic<int> calls{0};
  BoundedGroup group;
  group.set_limit(2);
  group.go([owned = std::make_unique<int>(1), &calls] { calls += *owned; });
  EXPECT_NO_THROW(group.go([&calls](const std::stop_token& token) {
    calls += token.stop_possible() && !token.stop_requested() ? 1 : 100;
  }));
  group.go([&calls] {
    ++calls;
    return MoveOnly(1);
  });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(calls.load(), 3);

  BoundedGroup failing;
  failing.go([]() -> Result<int> { return failure(std::out_of_range("no value")); });
  const Result<Unit> all = failing.wait();
  ASSERT_FALSE(all.has_value());
  EXPECT_THROW(std::rethrow_exception(all.error()), std::out_of_range);
}

TEST(BoundedGroupHidden, ItsDestructorStopsAndJoins) {
  contract("A bounded group that goes stops its children and waits for them.",
           "a-group-with-a-limit");
  HeldGate never;
  int ended = 0;
  {
    BoundedGroup group;
    group.set_limit(1);
    group.go([&](std::stop_token token) {
      never.wait(token);
      ++ended;
    });
  }
  EXPECT_EQ(ended, 1);
}

TEST(ForEachBoundedHidden, ASlowItemHoldsUpNobody) {
  contract("A worker takes the next item when it is free; none is dealt out before.",
           "workers-pull");
  std::latch others_done(9);
  std::array<int, 10> items{};
  EXPECT_EQ(words(for_each_bounded(items, 2,
                                   [&](int& item) {
                                     if (&item == &items.front()) {
                                       others_done.wait();
                                     } else {
                                       others_done.count_down();
                                     }
                                     ++item;
                                   })),
            "none");
  EXPECT_EQ(items, (std::array{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

TEST(ForEachBoundedHidden, TheLimitIsReached) {
  contract("As many calls as the limit allows are under way at the same time.", "workers-pull");
  std::latch all_there(6);
  const std::vector<int> items(6);
  EXPECT_EQ(words(for_each_bounded(items, 6, [&](int) { all_there.arrive_and_wait(); })), "none");
}

TEST(ForEachBoundedHidden, NoThreadPerJob) {
  contract("There are as many threads as the limit says, and no more than items.", "workers-pull");
  HighWater many_items;
  EXPECT_EQ(words(for_each_bounded(std::views::iota(0, 500), 3,
                                   [&](int) { const HighWater::Mark mark(many_items); })),
            "none");
  EXPECT_EQ(many_items.total(), 500);
  EXPECT_LE(many_items.highest(), 3);
  EXPECT_LE(many_items.threads(), 3);
  HighWater few_items;
  EXPECT_EQ(words(for_each_bounded(std::views::iota(0, 3), huge,
                                   [&](int) { const HighWater::Mark mark(few_items); })),
            "none");
  EXPECT_EQ(few_items.total(), 3);
}

TEST(ForEachBoundedHidden, WithALimitOfOneItGoesInOrder) {
  contract("Items are taken in the order of the range, and one at a time with a limit of 1.",
           "workers-pull");
  std::vector<int> seen;  // no lock: the calls follow each other
  const std::list<int> items{3, 1, 4, 1, 5};
  EXPECT_EQ(words(for_each_bounded(items, 1, [&](int item) { seen.push_back(item); })), "none");
  EXPECT_EQ(seen, (std::vector<int>{3, 1, 4, 1, 5}));
}

TEST(ForEachBoundedHidden, TakesAnyForwardRange) {
  contract("Lists, spans, views, const ranges, temporaries, items that cannot be copied.",
           "workers-pull");
  std::atomic<int> sum{0};
  const auto add = [&](const int& item) { sum += item; };
  EXPECT_EQ(words(for_each_bounded(std::forward_list<int>{1, 2, 3}, 2, add)), "none");
  const std::vector<int> numbers{4, 5, 6};
  EXPECT_EQ(words(for_each_bounded(std::span(numbers), 2, add)), "none");
  EXPECT_EQ(words(for_each_bounded(
                numbers | std::views::filter([](int item) { return item % 2 == 0; }), 2, add)),
            "none");
  EXPECT_EQ(sum.load(), 31);
  std::vector<MoveOnly> owners;
  for (int i = 0; i < 5; ++i) owners.emplace_back(i);
  EXPECT_EQ(words(for_each_bounded(owners, 2, [](MoveOnly& owner) { *owner.value += 10; })),
            "none");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(*owners[i].value, 10 + i);
}

TEST(ForEachBoundedHidden, WhatTheCallsWroteCanBeRead) {
  contract("When it returns, everything that the calls wrote can be read without a lock.",
           "workers-pull");
  std::vector<std::pair<int, int>> squares;
  for (int i = 0; i < 100; ++i) squares.emplace_back(i, 0);
  EXPECT_EQ(words(for_each_bounded(squares, 4,
                                   [](auto& pair) { pair.second = pair.first * pair.first; })),
            "none");
  for (const auto& [number, square] : squares) ASSERT_EQ(square, number * number);
}

TEST(ForEachBoundedHidden, AfterAnErrorNoOtherBegins) {
  contract("After the first error no item is begun, and its type is kept.",
           "the-first-error-stops-the-rest");
  int begun = 0;
  const Result<Unit> all = for_each_bounded(std::views::iota(0, 100), 1, [&](int item) {
    ++begun;
    if (item == 3) throw std::out_of_range("the fourth");
  });
  EXPECT_EQ(begun, 4);
  ASSERT_FALSE(all.has_value());
  EXPECT_THROW(std::rethrow_exception(all.error()), std::out_of_range);
}

TEST(ForEachBoundedHidden, AFailedResultIsAnError) {
  contract("A call that returns a failed Result has failed; any other value is dropped.",
           "the-first-error-stops-the-rest");
  int begun = 0;
  const auto fails_at_two = [&](int item) -> Result<int> {
    ++begun;
    if (item == 2) return failure(std::runtime_error("no value"));
    return item;
  };
  EXPECT_EQ(words(for_each_bounded(std::views::iota(0, 10), 1, fails_at_two)), "no value");
  EXPECT_EQ(begun, 3);
  EXPECT_EQ(words(for_each_bounded(std::views::iota(0, 10), 2, [](int item) { return item; })),
            "none");
  EXPECT_EQ(words(for_each_bounded(std::views::iota(0, 10), 2,
                                   [](int) { throw 42; })),  // NOLINT(hicpp-exception-baseclass)
            "no std::exception");
}

TEST(ForEachBoundedHidden, TheErrorIsNoEchoOfTheStop) {
  contract("What calls throw because they were stopped does not hide the first error.",
           "the-first-error-stops-the-rest");
  HeldGate never;
  std::latch others_wait(3);
  const Result<Unit> all =
      for_each_bounded(std::views::iota(0, 50), 4, [&](int item, std::stop_token token) {
        if (item == 3) {
          others_wait.wait();
          throw std::runtime_error("root");
        }
        others_wait.count_down();
        never.wait(token);
        throw std::system_error(std::make_error_code(std::errc::operation_canceled));
      });
  EXPECT_EQ(words(all), "root");
}

TEST(ForEachBoundedHidden, ItReturnsWhenNobodyIsAtWork) {
  contract("After an error it still waits for calls that do not hear the stop.",
           "the-first-error-stops-the-rest");
  HighWater inside;
  ParkingSpot spot;
  spot.arriving();
  const Result<Unit> all = for_each_bounded(std::views::iota(0, 2), 2, [&](int item) {
    const HighWater::Mark mark(inside);
    if (item == 0) throw std::runtime_error("broken");
    spot.wait_until_parked();
  });
  EXPECT_EQ(inside.inside(), 0);
  EXPECT_EQ(words(all), "broken");
}

TEST(ForEachBoundedHidden, TheCallersStopLeavesTheRestUndone) {
  contract("A stop of the caller's reaches the calls; what is left undone makes it canceled.",
           "done-or-canceled");
  HeldGate never;
  std::stop_source caller = new_stop_source();
  std::atomic<int> begun{0};
  std::atomic<int> heard{0};
  const Result<Unit> all = for_each_bounded(
      std::views::iota(0, 100), 2,
      [&](int, std::stop_token token) {
        if (++begun == 2) caller.request_stop();
        heard += never.wait(token) ? 0 : 1;
      },
      caller.get_token());
  EXPECT_EQ(words(all), "canceled");
  EXPECT_EQ(begun.load(), 2);
  EXPECT_EQ(heard.load(), 2);
}

TEST(ForEachBoundedHidden, AStopThatComesTooLateChangesNothing) {
  contract("When every item was done in spite of a stop, it has succeeded.", "done-or-canceled");
  std::stop_source caller = new_stop_source();
  int done = 0;
  const auto stop_in_the_last = [&](int item) {
    ++done;
    if (item == 4) caller.request_stop();
  };
  EXPECT_EQ(
      words(for_each_bounded(std::views::iota(0, 5), 1, stop_in_the_last, caller.get_token())),
      "none");
  EXPECT_EQ(done, 5);
  EXPECT_EQ(words(for_each_bounded(std::vector<int>(), 1, stop_in_the_last, caller.get_token())),
            "none")
      << "nothing to do is done, stopped or not";
}

TEST(ForEachBoundedHidden, UnderAStoppedTokenNothingBegins) {
  contract("With a token that is stopped already no item is begun.", "done-or-canceled");
  std::atomic<int> begun{0};
  EXPECT_EQ(words(for_each_bounded(
                std::views::iota(0, 10), 3, [&](int) { ++begun; }, stopped_token())),
            "canceled");
  EXPECT_EQ(begun.load(), 0);
}

TEST(ForEachBoundedHidden, NobodyToDoTheWorkIsRefused) {
  contract("A limit of 0 throws invalid_argument, also when there is nothing to do.",
           "workers-pull");
  EXPECT_THROW(static_cast<void>(for_each_bounded(std::vector<int>{1}, 0, [](int) {})),
               std::invalid_argument);
  EXPECT_THROW(static_cast<void>(for_each_bounded(std::vector<int>{}, 0, [](int) {})),
               std::invalid_argument);
}

TEST(ForEachBoundedHidden, CallsNest) {
  contract("A call may use for_each_bounded() itself, under the token that it was handed.",
           "workers-pull");
  std::atomic<int> calls{0};
  EXPECT_EQ(words(for_each_bounded(std::views::iota(0, 3), 2,
                                   [&](int, const std::stop_token& token) {
                                     return for_each_bounded(
                                         std::views::iota(0, 3), 2, [&](int) { ++calls; }, token);
                                   })),
            "none");
  EXPECT_EQ(calls.load(), 9);
}

TEST(WorkerPoolHidden, AStopEndsTheWaitForRoom) {
  contract("submit() hears its token while it waits for room; its job is not taken then.",
           "back-pressure");
  expect_pool_written();
  HeldGate gate;
  HeldGate working;
  ParkingSpot spot;
  std::stop_source patience = new_stop_source();
  std::atomic<bool> ran{false};
  bool destroyed = false;
  {
    WorkerPool pool(1, 1);
    const OpensAtTheEnd opens{gate};
    pool.submit([&] {
      working.open();
      gate.wait();
    });
    working.wait();
    pool.submit([] {});
    std::jthread stopping([&] {
      spot.wait_until_parked();
      patience.request_stop();
    });
    spot.arriving();
    EXPECT_EQ(thrown_by([&] {
                pool.submit([&ran, end = AtTheEnd([&] { destroyed = true; })] { ran = true; },
                            patience.get_token());
              }),
              "canceled");
    EXPECT_TRUE(destroyed);
    EXPECT_EQ(thrown_by([&] { pool.submit([] {}, stopped_token()); }), "canceled");
  }
  EXPECT_FALSE(ran.load());
}

TEST(WorkerPoolHidden, CloseRefusesWhoWaitsForRoom) {
  contract("close() wakes every submit() that waits for room, which throws logic_error.",
           "close-drains");
  expect_pool_written();
  HeldGate gate;
  HeldGate working;
  std::array<ParkingSpot, 3> spots;
  std::atomic<int> refused{0};
  std::atomic<int> ran{0};
  {
    WorkerPool pool(1, 1);
    const OpensAtTheEnd opens{gate};
    pool.submit([&] {
      working.open();
      gate.wait();
    });
    working.wait();
    pool.submit([&] { ++ran; });
    std::vector<std::jthread> submitting;
    for (ParkingSpot& spot : spots) {
      submitting.emplace_back([&] {
        spot.arriving();
        try {
          pool.submit([&] { ran += 100; });
        } catch (const std::logic_error&) {
          ++refused;
        }
      });
    }
    for (const ParkingSpot& spot : spots) spot.wait_until_parked();
    pool.close();
    submitting.clear();
    EXPECT_EQ(refused.load(), 3);
    pool.close();
  }
  EXPECT_EQ(ran.load(), 1) << "the job that was taken is done";
}

TEST(WorkerPoolHidden, EveryTakenJobSettlesItsFuture) {
  contract("The futures of jobs that were taken before close() are all settled.", "close-drains");
  HeldGate gate;
  std::vector<Future<int>> futures;
  {
    WorkerPool pool(2, 100);
    const OpensAtTheEnd opens{gate};
    for (int i = 0; i < 50; ++i) {
      futures.push_back(pool.submit([&gate, i] {
        gate.wait();
        return i;
      }));
    }
    pool.close();
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(futures[i].ready());
    ASSERT_EQ(futures[i].await(), i);
  }
}

TEST(WorkerPoolHidden, AClosedPoolCallsNothing) {
  contract("What submit() and try_submit() refuse is not called, and is gone.", "close-drains");
  bool called = false;
  int destroyed = 0;
  WorkerPool pool(1, 1);
  pool.close();
  const auto job = [&] {
    // As it goes it uses the pool, which shows a lock that is held meanwhile.
    return [&called, end = AtTheEnd([&] {
                       pool.close();
                       ++destroyed;
                     })] { called = true; };
  };
  EXPECT_THROW(pool.submit(job()), std::logic_error);
  EXPECT_THROW(pool.try_submit(job()), std::logic_error);
  EXPECT_THROW(pool.submit(job(), stopped_token()), std::logic_error);
  EXPECT_EQ(destroyed, 3);
  EXPECT_FALSE(called);
}

TEST(WorkerPoolHidden, AThousandJobsByThreeThreads) {
  contract("All jobs are done by the threads that the pool was made with.", "jobs-in-futures-out");
  HighWater inside;
  {
    WorkerPool pool(3, 4);
    for (int i = 0; i < 1000; ++i) {
      pool.submit([&] { const HighWater::Mark mark(inside); });
    }
  }
  EXPECT_EQ(inside.total(), 1000);
  EXPECT_LE(inside.highest(), 3);
  EXPECT_LE(inside.threads(), 3);
}

TEST(WorkerPoolHidden, IdleThreadsAllWake) {
  contract("As many jobs as there are threads run at the same time, however idle those were.",
           "jobs-in-futures-out");
  for (int round = 0; round < 10; ++round) {
    std::latch all_there(4);
    WorkerPool pool(4, 4);
    for (int i = 0; i < 4; ++i) pool.submit([&] { all_there.arrive_and_wait(); });
    all_there.wait();
  }
}

TEST(WorkerPoolHidden, APoolOfIdlersEnds) {
  contract("Threads that sleep for want of jobs all hear that the pool is closed.", "close-drains");
  expect_pool_written();
  std::array<ParkingSpot, 3> spots;
  WorkerPool pool(3, 3);
  std::latch all_there(3);
  for (ParkingSpot& spot : spots) {
    pool.submit([&] {
      all_there.arrive_and_wait();
      spot.arriving();
    });
  }
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
}

TEST(WorkerPoolHidden, ManyThreadsSubmit) {
  contract("Several threads may submit at once, in little room; every job is done once.",
           "back-pressure");
  expect_pool_written();
  std::atomic<int> done{0};
  {
    WorkerPool pool(2, 1);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int job = 0; job < 50; ++job) pool.submit([&] { ++done; });
      });
    }
    threads.clear();
  }
  EXPECT_EQ(done.load(), 200);
}

TEST(WorkerPoolHidden, OneThreadKeepsTheOrder) {
  contract("Jobs are begun in the order in which they were submitted.", "jobs-in-futures-out");
  std::vector<int> order;  // no lock: one thread
  {
    WorkerPool pool(1, 3);
    for (int i = 0; i < 20; ++i) pool.submit([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(order[i], i);
}

TEST(WorkerPoolHidden, AFailedJobCostsNoThread) {
  contract("Whatever jobs throw rejects their futures, with its type; the threads live on.",
           "jobs-in-futures-out");
  WorkerPool pool(2, 20);
  std::vector<Future<Unit>> failing;
  for (int i = 0; i < 10; ++i) {
    failing.push_back(pool.submit([] { throw std::out_of_range("broken"); }));
  }
  const Future<int> odd =
      pool.submit([]() -> int { throw 42; });  // NOLINT(hicpp-exception-baseclass)
  EXPECT_EQ(pool.submit([] { return 7; }).await(), 7);
  for (const auto& future : failing) EXPECT_THROW(future.await(), std::out_of_range);
  EXPECT_THROW(odd.await(), int);
}

TEST(WorkerPoolHidden, AValueMayThrowWhereverItIsMoved) {
  contract("A value that throws when it is moved rejects its future; the threads live on.",
           "jobs-in-futures-out");
  struct Fragile {
    explicit Fragile(int moves) : moves_left(moves) {}
    Fragile(Fragile&& other) : moves_left(other.moves_left - 1) {  // NOLINT: it shall throw
      if (moves_left < 0) throw std::runtime_error("one move too many");
    }
    Fragile& operator=(Fragile&&) = delete;
    ~Fragile() = default;
    int moves_left;
  };
  WorkerPool pool(1, 1);
  bool arrived = false;
  for (int moves = 0; !arrived && moves < 20; ++moves) {
    const Future<Fragile> future = pool.submit([moves] { return Fragile(moves); });
    try {
      static_cast<void>(future.await());
      arrived = true;
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "one move too many");
    }
  }
  EXPECT_TRUE(arrived) << "20 moves were not enough";
  EXPECT_EQ(pool.submit([] { return 7; }).await(), 7);
}

TEST(WorkerPoolHidden, AJobMayReturnAnything) {
  contract("void gives a Future<Unit>, a Result<T> a Future<T>; values may be move-only.",
           "jobs-in-futures-out");
  WorkerPool pool(1, 10);
  const Future<Unit> nothing = pool.submit([] {});
  const Future<MoveOnly> owner =
      pool.submit([it = std::make_unique<int>(5)] { return MoveOnly(*it); });
  const Future<int> flat = pool.submit([]() -> Result<int> { return 6; });
  const Future<int> failed =
      pool.submit([]() -> Result<int> { return failure(std::runtime_error("no value")); });
  EXPECT_NO_THROW(nothing.await());
  EXPECT_EQ(*owner.await().value, 5);
  EXPECT_EQ(flat.await(), 6);
  EXPECT_EQ(thrown_by([&] { failed.await(); }), "no value");
  const std::optional<Future<int>> tried = pool.try_submit([] { return 8; });
  ASSERT_TRUE(tried.has_value());
  EXPECT_EQ(tried->await(), 8);
}

TEST(WorkerPoolHidden, AJobThatIsStoppedEarlyIsNotBegun) {
  contract("A job whose token is stopped before a thread comes to it is rejected, not called.",
           "a-job-and-its-token");
  HeldGate gate;
  HeldGate working;
  bool called = false;
  std::stop_source source = new_stop_source();
  WorkerPool pool(1, 5);
  const OpensAtTheEnd opens{gate};
  pool.submit([&] {
    working.open();
    gate.wait();
  });
  working.wait();
  const Future<Unit> stopped = pool.submit([&] { called = true; }, source.get_token());
  const auto tried = pool.try_submit([&] { called = true; }, source.get_token());
  const Future<int> other = pool.submit([] { return 7; });
  source.request_stop();
  gate.open();
  EXPECT_EQ(other.await(), 7);
  EXPECT_EQ(thrown_by([&] { stopped.await(); }), "canceled");
  ASSERT_TRUE(tried.has_value());
  EXPECT_EQ(thrown_by([&] { tried->await(); }), "canceled");
  EXPECT_FALSE(called);
}

TEST(WorkerPoolHidden, AJobHearsItsToken) {
  contract("A job that takes a token is handed the one that it was submitted with.",
           "a-job-and-its-token");
  HeldGate never;
  HeldGate working;
  std::stop_source source = new_stop_source();
  WorkerPool pool(1, 1);
  const Future<bool> heard = pool.submit(
      [&](std::stop_token token) {
        working.open();
        return !never.wait(token);
      },
      source.get_token());
  working.wait();
  source.request_stop();
  EXPECT_TRUE(heard.await());
}

TEST(WorkerPoolHidden, TheFunctionIsGoneWhenTheFutureIsReady) {
  contract("When a job's future is ready, its function has been destroyed.", "a-job-and-its-token");
  expect_pool_written();
  ParkingSpot spot;
  bool gone = false;
  WorkerPool pool(1, 1);
  const Future<Unit> future = pool.submit([end = AtTheEnd([&] {
                                             spot.wait_until_parked();
                                             gone = true;
                                           })] {});
  spot.arriving();
  future.await();
  EXPECT_TRUE(gone);
}

TEST(WorkerPoolHidden, ADroppedFutureCancelsNothing) {
  contract("Dropping a job's future neither blocks nor keeps the job from being done.",
           "jobs-in-futures-out");
  HeldGate gate;
  std::atomic<int> done{0};
  {
    WorkerPool pool(1, 3);
    const OpensAtTheEnd opens{gate};
    pool.submit([&] { gate.wait(); });  // and drops its future here
    pool.submit([&] { ++done; });
  }
  EXPECT_EQ(done.load(), 1);
}

TEST(WorkerPoolHidden, JobsMayUseTheirPool) {
  contract("No lock is held while a job or a callback runs: it may submit, or close the pool.",
           "back-pressure");
  expect_pool_written();
  std::atomic<int> done{0};
  {
    WorkerPool pool(1, 2);
    const Future<Unit> first = pool.submit([&] {
      EXPECT_TRUE(pool.try_submit([&] { ++done; }).has_value());
      EXPECT_TRUE(pool.try_submit([&] { ++done; }).has_value());
      EXPECT_FALSE(pool.try_submit([&] { done += 100; }).has_value());
    });
    first.await();
    pool.submit([&] { ++done; }).await();
    HeldGate gate;
    const OpensAtTheEnd opens{gate};
    const Future<Unit> last = pool.submit([&] { gate.wait(); });
    last.on_ready([&](const Result<Unit>&) { EXPECT_TRUE(pool.try_submit([&] { ++done; })); });
    gate.open();
    last.await();
    // The callback runs after awaiters are woken. A job that is submitted now waits for it.
    pool.submit([&] { pool.close(); }).await();
    EXPECT_THROW(pool.submit([] {}), std::logic_error);
  }
  EXPECT_EQ(done.load(), 4);
}

TEST(WorkerPoolHidden, APoolOfNothingIsRefused) {
  contract("Without threads or without room a pool cannot be made, nor when none can be started.",
           "jobs-in-futures-out");
  EXPECT_THROW(WorkerPool(0, 1), std::invalid_argument);
  EXPECT_THROW(WorkerPool(1, 0), std::invalid_argument);
  const NoRoomForThreads no_room;
  EXPECT_THROW(WorkerPool(2, 1), std::system_error);
}

}  // namespace
