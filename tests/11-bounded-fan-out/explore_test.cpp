#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <exception>
#include <latch>
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
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::BoundedGroup;
using promissory::for_each_bounded;
using promissory::Future;
using promissory::Result;
using promissory::Unit;
using promissory::WeightedSemaphore;
using promissory::WorkerPool;
using promissory::support::contract;
using promissory::support::Gate;

std::string words(const std::exception_ptr& error) {
  if (!error) return "none";
  try {
    std::rethrow_exception(error);
  } catch (const std::system_error& stopped) {
    return stopped.code() == std::errc::operation_canceled ? "canceled" : stopped.what();
  } catch (const std::logic_error&) {
    return "refused";
  } catch (const std::exception& other) {
    return other.what();
  }
}

template <class T>
std::string words(const Result<T>& result) {
  return result ? "none" : words(result.error());
}

template <class Call>
std::string thrown_by(Call call) {
  try {
    call();
  } catch (...) {
    return words(std::current_exception());
  }
  return "none";
}

TEST(WeightedSemaphoreExplored, EverybodyIsServed) {
  contract("Heavy and light waiters are all served, and who holds the whole is alone.",
           "no-overtaking");
  EXPLORE({}) {
    int visits = 0;  // no atomic: the semaphore orders it
    WeightedSemaphore semaphore(2);
    const auto visit = [&] {
      semaphore.acquire(2);
      ++visits;
      semaphore.release(2);
    };
    std::jthread heavy(visit);
    std::jthread light([&] {
      semaphore.acquire(1);
      semaphore.release(1);
    });
    visit();
    heavy.join();
    light.join();
    EXPECT_EQ(visits, 2);
    EXPECT_TRUE(semaphore.try_acquire(2));
  };
}

TEST(WeightedSemaphoreExplored, OneReleaseServesAllWhoFit) {
  contract("Both waiters that fit are served by one release, whenever they come.",
           "weighted-semaphore");
  EXPLORE({}) {
    WeightedSemaphore semaphore(2);
    semaphore.acquire(2);
    std::jthread first([&] { semaphore.acquire(1); });
    std::jthread second([&] { semaphore.acquire(1); });
    semaphore.release(2);
    first.join();
    second.join();
    EXPECT_FALSE(semaphore.try_acquire(1));
  };
}

TEST(WeightedSemaphoreExplored, WhoGivesUpHoldsUpNobody) {
  contract("A waiter that is stopped lets those behind it pass, and loses no permit.",
           "no-overtaking");
  EXPLORE({}) {
    WeightedSemaphore semaphore(2);
    semaphore.acquire(1);
    std::stop_source patience;
    std::jthread heavy([&] {
      const std::string outcome = thrown_by([&] { semaphore.acquire(2, patience.get_token()); });
      EXPECT_EQ(outcome, "canceled") << "one of two is never released";
    });
    std::jthread light([&] {
      semaphore.acquire(1);
      semaphore.release(1);
    });
    patience.request_stop();
    heavy.join();
    light.join();
    EXPECT_TRUE(semaphore.try_acquire(1));
  };
}

TEST(WeightedSemaphoreExplored, AStopMeetsARelease) {
  contract("A waiter that is stopped and served at once gets one of the two; nothing is lost.",
           "no-overtaking");
  EXPLORE({}) {
    WeightedSemaphore semaphore(1);
    semaphore.acquire(1);
    std::stop_source patience;
    std::jthread stopping([&] { patience.request_stop(); });
    std::jthread releasing([&] { semaphore.release(1); });
    const std::string outcome = thrown_by([&] { semaphore.acquire(1, patience.get_token()); });
    releasing.join();
    if (outcome == "none") {
      semaphore.release(1);
    } else {
      EXPECT_EQ(outcome, "canceled");
    }
    EXPECT_TRUE(semaphore.try_acquire(1));
  };
}

TEST(BoundedGroupExplored, ThePlaceIsHandedOn) {
  contract("With a limit of 1 the children follow each other, and everybody who waits gets in.",
           "a-group-with-a-limit");
  EXPLORE({.schedules = 500}) {
    int sum = 0;  // no atomic: the place that is handed on orders it
    BoundedGroup group;
    group.set_limit(1);
    std::jthread other([&] { group.go([&] { sum += 1; }); });
    group.go([&] { sum += 2; });
    other.join();
    EXPECT_EQ(words(group.wait()), "none");
    EXPECT_EQ(sum, 3);
  };
}

TEST(BoundedGroupExplored, EachPlaceWakesOneWhoWaits) {
  contract("When two places become free, two that wait get in.", "a-group-with-a-limit");
  EXPLORE({.schedules = 500}) {
    Gate gate;
    std::atomic<int> ran{0};
    BoundedGroup group;
    group.set_limit(2);
    for (int i = 0; i < 2; ++i) group.go([&] { gate.wait(); });
    // Those who come in stay until both are in: one place would not do.
    std::latch both_in(2);
    const auto come_in = [&] {
      group.go([&] {
        both_in.arrive_and_wait();
        ++ran;
      });
    };
    std::jthread other(come_in);
    std::jthread opening([&] { gate.open(); });
    come_in();
    other.join();
    opening.join();
    EXPECT_EQ(words(group.wait()), "none");
    EXPECT_EQ(ran, 2);
  };
}

TEST(BoundedGroupExplored, NothingStartsAfterAFailure) {
  contract("A failure stops the group before its place is free, and the one who waits hears it.",
           "a-full-group-hears");
  EXPLORE({}) {
    std::atomic<int> called{0};
    BoundedGroup group;
    group.set_limit(1);
    group.go([] { throw std::runtime_error("broken"); });
    EXPECT_EQ(thrown_by([&] { group.go([&] { ++called; }); }), "canceled");
    EXPECT_EQ(words(group.wait()), "broken");
    EXPECT_EQ(called, 0);
  };
}

TEST(BoundedGroupExplored, AStopIsHeardByWhoeverWaits) {
  contract("A stop that comes as go() falls asleep is heard.", "a-full-group-hears");
  EXPLORE({.schedules = 500}) {
    Gate deaf;
    BoundedGroup group;
    group.set_limit(1);
    group.go([&] { deaf.wait(); });
    std::jthread stopping([&] { group.request_stop(); });
    EXPECT_EQ(thrown_by([&] { group.go([] {}); }), "canceled");
    deaf.open();  // only now is there a place
    stopping.join();
    EXPECT_EQ(words(group.wait()), "none");
  };
}

TEST(ForEachBoundedExplored, EachItemOnce) {
  contract("Two workers do three items, each once.", "workers-pull");
  EXPLORE({.schedules = 500}) {
    std::array<int, 3> items{};
    EXPECT_EQ(words(for_each_bounded(items, 2, [](int& item) { ++item; })), "none");
    EXPECT_EQ(items, (std::array{1, 1, 1}));
  };
}

TEST(ForEachBoundedExplored, DoneOrCanceled) {
  contract("A stop that comes at any time leaves either nothing undone or says canceled.",
           "done-or-canceled");
  EXPLORE({.schedules = 500}) {
    std::stop_source caller;
    std::array<int, 3> items{};
    std::jthread stopping([&] { caller.request_stop(); });
    const std::string outcome = words(for_each_bounded(
        items, 2, [](int& item) { ++item; }, caller.get_token()));
    const int done = items[0] + items[1] + items[2];
    EXPECT_EQ(outcome, done == 3 ? "none" : "canceled");
  };
}

TEST(WorkerPoolExplored, AJobIsDoneOrRefused) {
  contract("A submit() that meets close() is refused, or its future is settled.", "close-drains");
  EXPLORE({.schedules = 500}) {
    int ran = 0;
    std::optional<Future<Unit>> future;
    {
      WorkerPool pool(1, 1);
      std::jthread closing([&] { pool.close(); });
      const std::string outcome = thrown_by([&] { future = pool.submit([&] { ++ran; }); });
      EXPECT_EQ(outcome, future ? "none" : "refused");
    }
    EXPECT_EQ(ran, future ? 1 : 0);
    EXPECT_TRUE(!future || future->ready());
  };
}

TEST(WorkerPoolExplored, APoolOfIdlersEnds) {
  contract("However deep its threads sleep, they all hear that the pool is closed.",
           "close-drains");
  EXPLORE({}) {
    const WorkerPool idle(2, 1);
  };
}

TEST(WorkerPoolExplored, LittleRoomIsEnough) {
  contract("With room for one job, every job of two threads gets in and is done.", "back-pressure");
  EXPLORE({.schedules = 500}) {
    int ran = 0;  // no atomic: one thread does all jobs
    {
      WorkerPool pool(1, 1);
      std::jthread other([&] { pool.submit([&] { ++ran; }); });
      pool.submit([&] { ++ran; });
      pool.submit([&] { ++ran; });
      other.join();
    }
    EXPECT_EQ(ran, 3);
  };
}

TEST(WorkerPoolExplored, CloseRefusesWhoWaitsForRoom) {
  contract("close() wakes whoever waits for room, and the pool ends.", "close-drains");
  EXPLORE({.schedules = 500}) {
    Gate gate;
    std::atomic<int> refused{0};
    std::atomic<int> ran{0};
    {
      WorkerPool pool(1, 1);
      pool.submit([&] { gate.wait(); });
      const auto submit = [&] {
        refused += thrown_by([&] { pool.submit([&] { ++ran; }); }) == "refused" ? 1 : 0;
      };
      std::jthread first(submit);
      std::jthread second(submit);
      pool.close();
      first.join();
      second.join();
      gate.open();
    }
    EXPECT_EQ(refused + ran, 2);
  };
}

}  // namespace
