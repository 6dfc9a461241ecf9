// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <exception>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "11-bounded-fan-out/bounded_group.hpp"
#include "11-bounded-fan-out/for_each_bounded.hpp"
#include "11-bounded-fan-out/semaphore.hpp"
#include "11-bounded-fan-out/worker_pool.hpp"
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
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::HighWater;
using promissory::support::ParkingSpot;
using promissory::support::words;

/// Opens a gate before what is declared earlier is destroyed, and may wait for it.
struct OpensAtTheEnd {
  ~OpensAtTheEnd() { gate.open(); }
  Gate& gate;
};

TEST(WeightedSemaphore, HandsOutWhatThereIs) {
  contract("try_acquire() takes what is free and never waits; release() gives it back.",
           "weighted-semaphore");
  WeightedSemaphore semaphore(3);
  EXPECT_TRUE(semaphore.try_acquire(2));
  EXPECT_FALSE(semaphore.try_acquire(2));
  EXPECT_TRUE(semaphore.try_acquire(1));
  EXPECT_FALSE(semaphore.try_acquire(1));
  semaphore.release(3);
  semaphore.acquire(3);
  EXPECT_FALSE(semaphore.try_acquire(1));
  semaphore.release(1);
  EXPECT_TRUE(semaphore.try_acquire(1));
}

TEST(WeightedSemaphore, WaitsUntilThereIsEnough) {
  contract("acquire() sleeps until enough has been released.", "weighted-semaphore");
  WeightedSemaphore semaphore(3);
  semaphore.acquire(2);
  ParkingSpot spot;
  std::atomic<int> released{0};
  std::jthread releasing([&] {
    spot.wait_until_parked();
    for (int i = 0; i < 2; ++i) {
      ++released;
      semaphore.release(1);
    }
  });
  spot.arriving();
  semaphore.acquire(3);
  EXPECT_EQ(released.load(), 2);
}

TEST(WeightedSemaphore, CanBeGivenUpOn) {
  contract("A stop ends the wait with operation_canceled; nothing is held then.",
           "weighted-semaphore");
  WeightedSemaphore semaphore(2);
  semaphore.acquire(1);
  std::stop_source source;
  source.request_stop();
  try {
    semaphore.acquire(2, source.get_token());
    ADD_FAILURE() << "acquire() returned with more than there was";
  } catch (const std::system_error& stopped) {
    EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
  }
  EXPECT_TRUE(semaphore.try_acquire(1));
}

TEST(BoundedGroup, IsATaskGroup) {
  contract("Without a limit it runs its children at once, and wait() gives the first error.",
           "a-group-with-a-limit");
  std::atomic<int> ran{0};
  BoundedGroup succeeding;
  for (int i = 0; i < 3; ++i) succeeding.go([&] { ++ran; });
  EXPECT_TRUE(succeeding.try_go([&] { ++ran; }));
  EXPECT_EQ(words(succeeding.wait()), "none");
  EXPECT_EQ(ran.load(), 4);

  HeldGate never;
  BoundedGroup failing;
  failing.go([&](std::stop_token token) { never.wait(token); });
  failing.go([] { throw std::runtime_error("broken"); });
  EXPECT_EQ(words(failing.wait()), "broken");
  EXPECT_EQ(words(failing.cause()), "broken");
}

TEST(BoundedGroup, LetsOnlySoManyIn) {
  contract("There are never more children at a time than the limit; go() waits for a place.",
           "a-group-with-a-limit");
  HighWater inside;
  BoundedGroup group;
  group.set_limit(3);
  for (int i = 0; i < 50; ++i) {
    group.go([&] { const HighWater::Mark mark(inside); });
  }
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(inside.total(), 50);
  EXPECT_LE(inside.highest(), 3);
}

TEST(BoundedGroup, TryGoDoesNotWait) {
  contract("try_go() returns false when there is no place, and does not call its function.",
           "a-group-with-a-limit");
  HeldGate gate;
  std::atomic<bool> ran{false};
  BoundedGroup group;
  const OpensAtTheEnd opens{gate};
  group.set_limit(1);
  group.go([&] { gate.wait(); });
  EXPECT_FALSE(group.try_go([&] { ran = true; }));
  gate.open();
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_FALSE(ran.load());
}

TEST(BoundedGroup, AFullGroupHearsAStop) {
  contract("A stop ends go()'s wait for a place with operation_canceled.", "a-full-group-hears");
  HeldGate deaf;
  ParkingSpot spot;
  BoundedGroup group;
  const OpensAtTheEnd opens{deaf};
  group.set_limit(1);
  group.go([&] { deaf.wait(); });
  std::jthread stopping([&] {
    spot.wait_until_parked();
    group.request_stop();
  });
  spot.arriving();
  try {
    group.go([] { ADD_FAILURE() << "started although the group was stopped"; });
    ADD_FAILURE() << "go() did not say that it was stopped";
  } catch (const std::system_error& stopped) {
    EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
  }
}

TEST(ForEachBounded, DoesEveryItemOnce) {
  contract("for_each_bounded() calls its function once for each item, which may be changed.",
           "workers-pull");
  std::vector<int> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(words(for_each_bounded(numbers, 4, [](int& number) { number += 1000; })), "none");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(numbers[i], 1000 + i);
  EXPECT_EQ(words(for_each_bounded(std::vector<int>{}, 4, [](int) { FAIL(); })), "none");
}

TEST(ForEachBounded, TenThousandJobsSixteenAtOnce) {
  contract("Ten thousand jobs are done by sixteen threads, never more of them at once.",
           "workers-pull");
  HighWater inside;
  std::vector<int> jobs(10'000, 1);
  std::atomic<int> sum{0};
  EXPECT_EQ(words(for_each_bounded(jobs, 16,
                                   [&](int job) {
                                     const HighWater::Mark mark(inside);
                                     sum += job;
                                   })),
            "none");
  EXPECT_EQ(sum.load(), 10'000);
  EXPECT_LE(inside.highest(), 16);
  EXPECT_LE(inside.threads(), 16);
}

TEST(ForEachBounded, TheFirstErrorStopsTheRest) {
  contract("The first error ends it: calls under way hear a stop, and no other begins.",
           "the-first-error-stops-the-rest");
  HeldGate never;
  std::atomic<int> begun{0};
  const std::vector<int> jobs(1000);
  const Result<Unit> all = for_each_bounded(jobs, 2, [&](int, std::stop_token token) {
    if (++begun == 2) throw std::out_of_range("the second job");
    never.wait(token);
  });
  EXPECT_EQ(words(all), "the second job");
  EXPECT_EQ(begun.load(), 2);
}

TEST(WorkerPool, TakesJobsAndGivesFutures) {
  contract("submit() gives the future of what becomes of a job.", "jobs-in-futures-out");
  WorkerPool pool(2, 10);
  const Future<int> value = pool.submit([] { return 6 * 7; });
  const Future<Unit> nothing = pool.submit([] {});
  const Future<int> error = pool.submit([]() -> int { throw std::runtime_error("broken"); });
  EXPECT_EQ(value.await(), 42);
  EXPECT_NO_THROW(nothing.await());
  EXPECT_THROW(error.await(), std::runtime_error);
}

TEST(WorkerPool, HoldsBackWhoeverIsTooFast) {
  contract("When as many jobs wait as there is room for, submit() waits and try_submit() says so.",
           "back-pressure");
  HeldGate gate;
  HeldGate working;
  ParkingSpot spot;
  WorkerPool pool(1, 2);
  const OpensAtTheEnd opens{gate};
  pool.submit([&] {
    working.open();
    gate.wait();
  });
  working.wait();
  pool.submit([] {});
  EXPECT_TRUE(pool.try_submit([] {}).has_value());
  EXPECT_FALSE(pool.try_submit([] {}).has_value());
  std::jthread opening([&] {
    spot.wait_until_parked();
    gate.open();
  });
  spot.arriving();
  const Future<bool> waited = pool.submit([&] { return gate.is_open(); });
  EXPECT_TRUE(waited.await());
}

TEST(WorkerPool, DoesWhatItHasTakenBeforeItEnds) {
  contract("After close() no job is taken; those that were are done before the pool is gone.",
           "close-drains");
  HeldGate gate;
  std::atomic<int> done{0};
  {
    WorkerPool pool(1, 10);
    const OpensAtTheEnd opens{gate};
    pool.submit([&] { gate.wait(); });
    for (int i = 0; i < 5; ++i) pool.submit([&] { ++done; });
    pool.close();
    EXPECT_THROW(pool.submit([] {}), std::logic_error);
    EXPECT_THROW(pool.try_submit([] {}), std::logic_error);
    EXPECT_EQ(done.load(), 0);
    gate.open();
  }
  EXPECT_EQ(done.load(), 5);
}

}  // namespace
