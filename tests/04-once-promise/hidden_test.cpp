#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <latch>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "04-once-promise/promise.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/hooked_move.hpp"
#include "support/parked.hpp"

namespace {

using promissory::Promise;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::HookedMove;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using promissory::support::ParkingSpot;
using promissory::support::ThrowsOnMove;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  Promise<int> promise;
  EXPECT_TRUE(promise.resolve(0));
  EXPECT_EQ(promise.await(), 0);
  EXPECT_TRUE(promise.ready());
}

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

/// Calls `wait` and returns the std::errc it gives up with, or nothing when it does not.
template <class Wait>
std::optional<std::errc> gives_up_with(Wait wait) {
  try {
    wait();
    return std::nullopt;
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  }
}

TEST(OncePromiseHidden, EveryParkedAwaiterIsWoken) {
  contract("One resolve() wakes every awaiter, not one of them.", "wake-them-all");
  expect_written();
  Promise<int> promise;
  std::array<ParkingSpot, 3> spots;
  std::vector<std::jthread> awaiters;
  awaiters.reserve(spots.size());
  for (ParkingSpot& spot : spots) {
    awaiters.emplace_back([&] {
      spot.arriving();
      EXPECT_EQ(promise.await(), 7);
    });
  }
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
  EXPECT_TRUE(promise.resolve(7));
}

TEST(OncePromiseHidden, EveryParkedAwaiterHearsOfARejection) {
  contract("One reject() wakes every awaiter, also those with a token or a deadline.",
           "wake-them-all");
  expect_written();
  Promise<int> promise;
  std::stop_source source;
  std::array<ParkingSpot, 3> spots;
  std::vector<std::jthread> awaiters;
  awaiters.emplace_back([&] {
    spots[0].arriving();
    EXPECT_THROW(promise.await(), std::runtime_error);
  });
  awaiters.emplace_back([&] {
    spots[1].arriving();
    EXPECT_THROW(promise.await(source.get_token()), std::runtime_error);
  });
  awaiters.emplace_back([&] {
    spots[2].arriving();
    EXPECT_THROW(promise.await_until(Clock::now() + 1h), std::runtime_error);
  });
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
  EXPECT_TRUE(promise.reject(error("broken")));
}

TEST(OncePromiseHidden, ALateAwaiterNeedsNoWakeUp) {
  contract("Who comes after the outcome gets it at once, however many came before.",
           "check-then-wait");
  expect_written();
  Promise<int> promise;
  EXPECT_TRUE(promise.resolve(7));
  std::vector<std::jthread> awaiters;
  awaiters.reserve(3);
  for (int i = 0; i < 3; ++i) {
    awaiters.emplace_back([&] { EXPECT_EQ(promise.await(), 7); });
  }
  awaiters.clear();
  EXPECT_EQ(promise.await(), 7);
}

TEST(OncePromiseHidden, AnAwaiterThatArrivesDuringTheWriteIsNotForgotten) {
  contract("An awaiter that looks just before the outcome and sleeps just after it is not lost.",
           "check-then-wait");
  expect_written();
  Promise<HookedMove> promise;
  std::latch writing(1);
  ParkingSpot awaiter_spot;
  std::jthread awaiter([&] {
    writing.wait();
    awaiter_spot.arriving();
    EXPECT_EQ(promise.await().value, 7);
  });
  EXPECT_TRUE(promise.resolve(HookedMove(7, [&] {
    writing.count_down();
    awaiter_spot.wait_until_parked();
  })));
}

TEST(OncePromiseHidden, TwoResolversCannotBothWin) {
  contract("A second resolve() that begins while the first one stores its value loses.",
           "check-then-act");
  expect_written();
  Promise<HookedMove> promise;
  std::latch writing(1);
  ParkingSpot second_spot;
  bool second_won = false;
  std::jthread second([&] {
    writing.wait();
    second_spot.arriving();
    second_won = promise.resolve(HookedMove(2, nullptr));
  });
  const bool first_won = promise.resolve(HookedMove(1, [&] {
    writing.count_down();
    second_spot.wait_until_parked();
  }));
  const HookedMove& seen = promise.await();
  second.join();
  EXPECT_NE(first_won, second_won);
  EXPECT_EQ(seen.value, first_won ? 1 : 2) << "the outcome changed after an awaiter had seen it";
}

TEST(OncePromiseHidden, ARejectionCannotReplaceAHalfWrittenValue) {
  contract("A reject() that begins while a value is being stored loses, or has won before.",
           "check-then-act");
  expect_written();
  Promise<HookedMove> promise;
  std::latch writing(1);
  ParkingSpot rejecting_spot;
  bool rejected = false;
  std::jthread rejecting([&] {
    writing.wait();
    rejecting_spot.arriving();
    rejected = promise.reject(error("too late"));
  });
  const bool resolved = promise.resolve(HookedMove(1, [&] {
    writing.count_down();
    rejecting_spot.wait_until_parked();
  }));
  rejecting.join();
  EXPECT_NE(resolved, rejected);
  if (resolved) {
    EXPECT_EQ(promise.await().value, 1);
  } else {
    EXPECT_THROW(promise.await(), std::runtime_error);
  }
}

TEST(OncePromiseHidden, ReadyNeverRunsAheadOfTheValue) {
  contract("ready() is true only when the whole outcome is in its place.", "write-then-publish");
  expect_written();
  Promise<HookedMove> promise;
  std::latch writing(1);
  ParkingSpot looking_spot;
  std::atomic<bool> written{false};
  std::jthread looking([&] {
    writing.wait();
    looking_spot.arriving();
    if (promise.ready()) {
      EXPECT_TRUE(written.load(std::memory_order_relaxed)) << "ready() came before the value";
    }
  });
  EXPECT_TRUE(promise.resolve(HookedMove(7, [&] {
    writing.count_down();
    looking_spot.wait_until_parked();
    written.store(true, std::memory_order_relaxed);
  })));
}

TEST(OncePromiseHidden, ReadyPublishesTheValue) {
  contract("Who has seen ready() sees everything that was written before resolve().",
           "write-then-publish");
  expect_written();
  Promise<std::vector<int>> promise;
  std::jthread looking([&] {
    while (!promise.ready()) std::this_thread::yield();
    EXPECT_EQ(promise.await(), std::vector<int>(100, 3));
  });
  EXPECT_TRUE(promise.resolve(std::vector<int>(100, 3)));
}

TEST(OncePromiseHidden, AwaitPublishesWhatCameBefore) {
  contract("Every awaiter sees everything the resolver wrote before it called resolve().",
           "write-then-publish");
  expect_written();
  Promise<int*> promise;
  int written_before = 0;
  std::vector<std::jthread> awaiters;
  awaiters.reserve(4);
  for (int i = 0; i < 4; ++i) {
    awaiters.emplace_back([&] { EXPECT_EQ(*promise.await(), 8); });
  }
  written_before = 8;
  EXPECT_TRUE(promise.resolve(&written_before));
}

TEST(OncePromiseHidden, AThousandResolversMakeOneTransition) {
  contract("Of a thousand resolve() calls exactly one returns true, and everybody sees its value.",
           "the-first-one-wins");
  expect_written();
  constexpr int threads = 8;
  constexpr int calls = 125;
  Promise<int> promise;
  std::atomic<int> wins{0};
  std::atomic<int> winner{-1};
  std::latch start(threads + 1);
  std::vector<std::jthread> resolvers;
  resolvers.reserve(threads);
  for (int thread = 0; thread < threads; ++thread) {
    resolvers.emplace_back([&, thread] {
      start.arrive_and_wait();
      for (int call = 0; call < calls; ++call) {
        const int value = thread * calls + call;
        if (promise.resolve(value)) {
          wins.fetch_add(1, std::memory_order_relaxed);
          winner.store(value, std::memory_order_relaxed);
        }
      }
    });
  }
  start.arrive_and_wait();
  const int seen = promise.await();
  resolvers.clear();
  EXPECT_EQ(wins.load(), 1);
  EXPECT_EQ(seen, winner.load());
  EXPECT_EQ(promise.await(), seen);
}

TEST(OncePromiseHidden, ResolveAndRejectExcludeEachOther) {
  contract("When resolve() and reject() race, one of them wins and the other changes nothing.",
           "the-first-one-wins");
  expect_written();
  for (int round = 0; round < 100; ++round) {
    Promise<int> promise;
    bool rejected = false;
    std::latch start(2);
    std::jthread rejecting([&] {
      start.arrive_and_wait();
      rejected = promise.reject(error("broken"));
    });
    start.arrive_and_wait();
    const bool resolved = promise.resolve(round);
    rejecting.join();
    ASSERT_NE(resolved, rejected);
    if (resolved) {
      ASSERT_EQ(promise.await(), round);
    } else {
      ASSERT_THROW(promise.await(), std::runtime_error);
    }
  }
}

TEST(OncePromiseHidden, ALateSettlementIsSilent) {
  contract("A call that comes too late throws nothing and leaves the outcome as it is.",
           "the-first-one-wins");
  Promise<std::string> promise;
  EXPECT_TRUE(promise.resolve("first"));
  const std::string& seen = promise.await();
  EXPECT_NO_THROW(EXPECT_FALSE(promise.resolve("second")));
  EXPECT_NO_THROW(EXPECT_FALSE(promise.reject(error("third"))));
  EXPECT_EQ(seen, "first");
  EXPECT_EQ(&promise.await(), &seen);
}

TEST(OncePromiseHidden, AStopReachesASleeper) {
  contract("A stop wakes an awaiter that sleeps already, without touching the promise.",
           "giving-up-is-not-settling");
  expect_written();
  Promise<int> promise;
  std::stop_source source;
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_EQ(gives_up_with([&] { promise.await(source.get_token()); }),
              std::errc::operation_canceled);
  });
  spot.wait_until_parked();
  source.request_stop();
  awaiter.join();
  EXPECT_FALSE(promise.ready());
  EXPECT_TRUE(promise.resolve(1));
}

TEST(OncePromiseHidden, AStopEndsOneWaitOnly) {
  contract("Stopping one awaiter leaves the others waiting for the outcome.",
           "giving-up-is-not-settling");
  expect_written();
  Promise<int> promise;
  std::stop_source source;
  ParkingSpot stopped_spot;
  ParkingSpot patient_spot;
  std::jthread patient([&] {
    patient_spot.arriving();
    EXPECT_NO_THROW(EXPECT_EQ(promise.await(), 6));
  });
  std::jthread stopped([&] {
    stopped_spot.arriving();
    EXPECT_EQ(gives_up_with([&] { promise.await(source.get_token()); }),
              std::errc::operation_canceled);
  });
  patient_spot.wait_until_parked();
  stopped_spot.wait_until_parked();
  source.request_stop();
  stopped.join();
  patient_spot.wait_until_parked();  // asleep again, if the stop disturbed it at all
  EXPECT_TRUE(promise.resolve(6));
}

TEST(OncePromiseHidden, ATokenThatIsStoppedAlreadyDoesNotWait) {
  contract("A wait with a token that is stopped already ends at once, deadline or not.",
           "stop-before-sleep");
  Promise<int> promise;
  EXPECT_FALSE(promise.ready());
  std::stop_source source;
  source.request_stop();
  const std::stop_token token = source.get_token();
  EXPECT_EQ(gives_up_with([&] { promise.await(token); }), std::errc::operation_canceled);
  EXPECT_EQ(gives_up_with([&] { promise.await_until(Clock::time_point::max(), token); }),
            std::errc::operation_canceled);
}

TEST(OncePromiseHidden, AnOutcomeWinsOverAStopAndADeadline) {
  contract("An outcome that is there is handed out, also to an awaiter that may wait no longer.",
           "giving-up-is-not-settling");
  Promise<int> promise;
  EXPECT_TRUE(promise.resolve(3));
  std::stop_source source;
  source.request_stop();
  const std::stop_token token = source.get_token();
  EXPECT_EQ(promise.await(token), 3);
  EXPECT_EQ(promise.await_until(Clock::now() - 1h), 3);
  EXPECT_EQ(promise.await_until(Clock::now() - 1h, token), 3);
}

TEST(OncePromiseHidden, AStopWinsOverADeadline) {
  contract("When both a stop and the deadline end a wait, it reports the stop.",
           "giving-up-is-not-settling");
  Promise<int> promise;
  EXPECT_FALSE(promise.ready());
  std::stop_source source;
  const auto past = Clock::now() - 1h;
  EXPECT_EQ(gives_up_with([&] { promise.await_until(past, source.get_token()); }),
            std::errc::timed_out);
  source.request_stop();
  EXPECT_EQ(gives_up_with([&] { promise.await_until(past, source.get_token()); }),
            std::errc::operation_canceled);
}

TEST(OncePromiseHidden, GivingUpConsumesNothing) {
  contract("Who gave up may wait again, and gets the same outcome as everybody else.",
           "giving-up-is-not-settling");
  Promise<MoveOnly> promise;
  EXPECT_FALSE(promise.ready());
  std::stop_source source;
  source.request_stop();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(gives_up_with([&] { promise.await(source.get_token()); }),
              std::errc::operation_canceled);
    EXPECT_EQ(gives_up_with([&] { promise.await_until(Clock::now()); }), std::errc::timed_out);
  }
  EXPECT_TRUE(promise.resolve(MoveOnly(4)));
  EXPECT_EQ(*promise.await(source.get_token()).value, 4);
  EXPECT_EQ(*promise.await_until(Clock::now()).value, 4);
}

TEST(OncePromiseHidden, TheEndsOfTimeAreDeadlines) {
  contract("Any time_point is a deadline: the first one has passed, the last one never will.",
           "giving-up-is-not-settling");
  expect_written();
  Promise<int> promise;
  EXPECT_EQ(gives_up_with([&] { promise.await_until(Clock::time_point::min()); }),
            std::errc::timed_out);
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_NO_THROW(EXPECT_EQ(promise.await_until(Clock::time_point::max()), 2));
  });
  spot.wait_until_parked();
  EXPECT_TRUE(promise.resolve(2));
}

TEST(OncePromiseHidden, AStopMayRaceWithResolve) {
  contract("An awaiter that is stopped and served at once gets one of the two and never hangs.",
           "stop-before-sleep");
  expect_written();
  for (int round = 0; round < 100; ++round) {
    Promise<int> promise;
    std::stop_source source;
    std::latch start(3);
    std::jthread stopping([&] {
      start.arrive_and_wait();
      source.request_stop();
    });
    std::jthread resolving([&] {
      start.arrive_and_wait();
      EXPECT_TRUE(promise.resolve(round));
    });
    start.arrive_and_wait();
    const auto gave_up =
        gives_up_with([&] { EXPECT_EQ(promise.await(source.get_token()), round); });
    if (gave_up) {
      ASSERT_EQ(*gave_up, std::errc::operation_canceled);
    }
    ASSERT_EQ(promise.await(), round);
  }
}

TEST(OncePromiseHidden, HoldsMoveOnlyValues) {
  contract("A value is moved in and never copied.", "a-slot-for-one-outcome");
  Promise<MoveOnly> promise;
  EXPECT_TRUE(promise.resolve(MoveOnly(11)));
  EXPECT_EQ(*promise.await().value, 11);
}

TEST(OncePromiseHidden, HoldsValuesWithoutADefault) {
  contract("A pending promise holds no T: T needs no default constructor and no assignment.",
           "a-slot-for-one-outcome");
  Promise<NoDefault> promise;
  EXPECT_TRUE(promise.resolve(NoDefault(12)));
  EXPECT_FALSE(promise.resolve(NoDefault(13)));
  EXPECT_EQ(promise.await().value, 12);
}

TEST(OncePromiseHidden, HoldsAnExceptionPointerAsAValue) {
  contract("What resolve() is given is a value, also when it is an exception_ptr.",
           "a-slot-for-one-outcome");
  Promise<std::exception_ptr> promise;
  const std::exception_ptr value = error("a value");
  EXPECT_TRUE(promise.resolve(value));
  EXPECT_EQ(promise.await(), value);
}

TEST(OncePromiseHidden, AMoveThatThrowsSettlesNothing) {
  contract("When T's constructor throws, resolve() throws and the promise stays pending.",
           "claimed-is-not-settled");
  expect_written();
  Promise<ThrowsOnMove> promise;
  EXPECT_THROW(promise.resolve(ThrowsOnMove(1)), std::runtime_error);
  EXPECT_FALSE(promise.ready());
  EXPECT_TRUE(promise.resolve(ThrowsOnMove(2, false)));
  EXPECT_EQ(promise.await().value, 2);
}

TEST(OncePromiseHidden, AMoveThatThrowsLeavesTheAwaitersWaiting) {
  contract("After a failed resolve() the awaiters sleep on and get the next outcome.",
           "claimed-is-not-settled");
  expect_written();
  Promise<ThrowsOnMove> promise;
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_THROW(promise.await(), std::logic_error);
  });
  spot.wait_until_parked();
  EXPECT_THROW(promise.resolve(ThrowsOnMove(1)), std::runtime_error);
  spot.wait_until_parked();
  EXPECT_TRUE(promise.reject(std::make_exception_ptr(std::logic_error("given up"))));
}

TEST(OncePromiseHidden, FreesWhatItHeld) {
  contract("The value lives as long as the promise; a value that lost is destroyed at once.",
           "a-slot-for-one-outcome");
  std::atomic<int> alive{0};
  {
    Promise<Counted> promise;
    EXPECT_TRUE(promise.resolve(Counted(alive, 1)));
    EXPECT_FALSE(promise.resolve(Counted(alive, 2)));
    EXPECT_EQ(alive.load(), 1);
    EXPECT_EQ(promise.await().value, 1);
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(OncePromiseHidden, AnErrorKeepsItsTypeAndIdentity) {
  contract("Awaiters catch exactly what was rejected: its type, its members, one object for all.",
           "no-error-is-a-success");
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
    int detail = 17;
  };
  expect_written();
  Promise<int> promise;
  EXPECT_TRUE(promise.reject(std::make_exception_ptr(Mine("mine"))));
  const auto caught = [&]() -> const void* {
    try {
      promise.await();
    } catch (const Mine& mine) {
      EXPECT_EQ(mine.detail, 17);
      EXPECT_STREQ(mine.what(), "mine");
      return &mine;
    }
    return nullptr;
  };
  const void* elsewhere = nullptr;
  std::jthread([&] { elsewhere = caught(); }).join();
  EXPECT_NE(elsewhere, nullptr);
  EXPECT_EQ(caught(), elsewhere);

  Promise<int> with_an_int;
  EXPECT_TRUE(with_an_int.reject(std::make_exception_ptr(5)));
  EXPECT_THROW(with_an_int.await_until(Clock::now()), int);
}

TEST(OncePromiseHidden, ANullErrorIsRefusedAtAnyTime) {
  contract("reject(nullptr) throws invalid_argument, also when the promise is settled already.",
           "no-error-is-a-success");
  Promise<int> promise;
  EXPECT_THROW(promise.reject(nullptr), std::invalid_argument);
  EXPECT_TRUE(promise.resolve(1));
  EXPECT_THROW(promise.reject(nullptr), std::invalid_argument);
  EXPECT_EQ(promise.await(), 1);
}

}  // namespace
