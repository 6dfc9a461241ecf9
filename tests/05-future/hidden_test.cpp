#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "05-future/future.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/hooked_move.hpp"
#include "support/parked.hpp"

namespace {

using promissory::Future;
using promissory::go;
using promissory::make_future;
using promissory::Resolver;
using promissory::Result;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::HeldGate;
using promissory::support::HookedMove;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using promissory::support::ParkingSpot;
using promissory::support::ThrowsOnMove;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(resolver.resolve(0));
  EXPECT_EQ(future.await(), 0);
  EXPECT_TRUE(future.ready());
}

void expect_on_ready_written() {
  expect_written();
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(resolver.resolve(0));
  bool called = false;
  future.on_ready([&](const Result<int>&) { called = true; });
  EXPECT_TRUE(called);
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

/// @return whether `future` has been rejected with broken_promise
template <class T>
bool is_broken(const Future<T>& future) {
  try {
    future.await();
  } catch (const std::future_error& error) {
    return error.code() == std::future_errc::broken_promise;
  }
  return false;
}

TEST(FutureHidden, EveryParkedAwaiterIsWoken) {
  contract("One resolve() wakes the awaiters of all copies, also those with a token or deadline.",
           "one-shared-state");
  expect_written();
  auto [future, resolver] = make_future<int>();
  std::stop_source source;
  std::array<ParkingSpot, 4> spots;
  std::vector<std::jthread> awaiters;
  for (int i : {0, 1}) {
    awaiters.emplace_back([&spot = spots[i], copy = future] {
      spot.arriving();
      EXPECT_EQ(copy.await(), 7);
    });
  }
  awaiters.emplace_back([&spot = spots[2], copy = future, token = source.get_token()] {
    spot.arriving();
    EXPECT_EQ(copy.await(token), 7);
  });
  awaiters.emplace_back([&spot = spots[3], copy = future] {
    spot.arriving();
    EXPECT_EQ(copy.await_until(Clock::now() + 1h), 7);
  });
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
  EXPECT_TRUE(resolver.resolve(7));
}

TEST(FutureHidden, AThousandResolversMakeOneTransition) {
  contract("Of a thousand resolve() calls one returns true, and its value is called back once.",
           "one-shared-state");
  expect_on_ready_written();
  constexpr int threads = 8;
  constexpr int calls = 125;
  auto [future, resolver] = make_future<int>();
  std::atomic<int> transitions{0};
  future.on_ready([&](const Result<int>&) { ++transitions; });
  std::atomic<int> wins{0};
  std::atomic<int> winner{-1};
  std::latch start(threads + 1);
  std::vector<std::jthread> resolvers;
  resolvers.reserve(threads);
  for (int thread = 0; thread < threads; ++thread) {
    resolvers.emplace_back([&start, &wins, &winner, &resolver = resolver, thread] {
      start.arrive_and_wait();
      for (int call = 0; call < calls; ++call) {
        const int value = thread * calls + call;
        if (resolver.resolve(value)) {
          wins.fetch_add(1, std::memory_order_relaxed);
          winner.store(value, std::memory_order_relaxed);
        }
      }
    });
  }
  start.arrive_and_wait();
  const int seen = future.await();
  resolvers.clear();
  EXPECT_EQ(wins.load(), 1);
  EXPECT_EQ(transitions.load(), 1);
  EXPECT_EQ(seen, winner.load());
  EXPECT_EQ(future.await(), seen);
}

TEST(FutureHidden, TwoResolversCannotBothWin) {
  contract("A second resolve() that begins while the first one stores its value loses.",
           "one-shared-state");
  expect_written();
  auto made = make_future<HookedMove>();
  auto& [future, resolver] = made;
  std::latch writing(1);
  ParkingSpot second_spot;
  bool second_won = false;
  std::jthread second([&, &resolver = resolver] {
    writing.wait();
    second_spot.arriving();
    second_won = resolver.resolve(HookedMove(2, nullptr));
  });
  const bool first_won = resolver.resolve(HookedMove(1, [&] {
    writing.count_down();
    second_spot.wait_until_parked();
  }));
  const HookedMove& seen = future.await();
  second.join();
  EXPECT_NE(first_won, second_won);
  EXPECT_EQ(seen.value, first_won ? 1 : 2) << "the outcome changed after an awaiter had seen it";
}

TEST(FutureHidden, ReadyNeverRunsAheadOfTheValue) {
  contract("ready() is true only when the whole outcome is in its place.", "publish-then-read");
  expect_written();
  auto [future, resolver] = make_future<HookedMove>();
  std::latch writing(1);
  ParkingSpot looking_spot;
  std::atomic<bool> written{false};
  std::jthread looking([&writing, &looking_spot, &written, copy = future] {
    writing.wait();
    looking_spot.arriving();
    if (copy.ready()) {
      EXPECT_TRUE(written.load(std::memory_order_relaxed)) << "ready() came before the value";
    }
  });
  EXPECT_TRUE(resolver.resolve(HookedMove(7, [&] {
    writing.count_down();
    looking_spot.wait_until_parked();
    written.store(true, std::memory_order_relaxed);
  })));
}

TEST(FutureHidden, ReadyPublishesTheValue) {
  contract("Who has seen ready() sees everything that was written before resolve().",
           "publish-then-read");
  expect_written();
  auto [future, resolver] = make_future<std::vector<int>>();
  std::jthread looking([copy = future] {
    while (!copy.ready()) std::this_thread::yield();
    EXPECT_EQ(copy.result().value(), std::vector<int>(100, 3));
    EXPECT_EQ(copy.await(), std::vector<int>(100, 3));
  });
  EXPECT_TRUE(resolver.resolve(std::vector<int>(100, 3)));
}

TEST(FutureHidden, AwaitPublishesWhatCameBefore) {
  contract("Every awaiter sees everything the producer wrote before it called resolve().",
           "publish-then-read");
  expect_written();
  auto [future, resolver] = make_future<int*>();
  int written_before = 0;
  std::vector<std::jthread> awaiters;
  awaiters.reserve(4);
  for (int i = 0; i < 4; ++i) {
    awaiters.emplace_back([copy = future] { EXPECT_EQ(*copy.await(), 8); });
  }
  written_before = 8;
  EXPECT_TRUE(resolver.resolve(&written_before));
}

TEST(FutureHidden, AnAwaiterThatArrivesDuringTheWriteIsNotForgotten) {
  contract("An awaiter that looks just before the outcome and sleeps just after it is not lost.",
           "publish-then-read");
  expect_written();
  auto [future, resolver] = make_future<HookedMove>();
  std::latch writing(1);
  ParkingSpot awaiter_spot;
  std::jthread awaiter([&writing, &awaiter_spot, copy = future] {
    writing.wait();
    awaiter_spot.arriving();
    EXPECT_EQ(copy.await().value, 7);
  });
  EXPECT_TRUE(resolver.resolve(HookedMove(7, [&] {
    writing.count_down();
    awaiter_spot.wait_until_parked();
  })));
}

TEST(FutureHidden, HandlesComeAndGoInManyThreads) {
  contract("Handles are copied and dropped in any threads; the value lives as long as one does.",
           "one-shared-state");
  expect_written();
  std::atomic<int> alive{0};
  {
    auto [future, resolver] = make_future<Counted>();
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([handle = future] {
        for (int j = 0; j < 100; ++j) {
          const Future<Counted> copy = handle;  // NOLINT(performance-unnecessary-copy-*)
          if (copy.ready()) {
            EXPECT_EQ(copy.await().value, 5);
          }
        }
        EXPECT_EQ(handle.await().value, 5);
      });
    }
    EXPECT_TRUE(resolver.resolve(Counted(alive, 5)));
    future = Future<Counted>();
    resolver = Resolver<Counted>();
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(FutureHidden, ATemporaryFutureCopiesTheValueOut) {
  contract("await() on a temporary gives a copy, for the shared state may die with it.",
           "one-shared-state");
  const auto made = [] {
    auto [future, resolver] = make_future<std::string>();
    resolver.resolve(std::string(100, 'x'));
    return future;
  };
  const std::string& text = made().await();
  EXPECT_EQ(text, std::string(100, 'x'));
}

TEST(FutureHidden, HoldsMoveOnlyValuesAndValuesWithoutADefault) {
  contract("A value is moved in once; T needs neither copy nor default nor assignment.",
           "one-shared-state");
  auto [future, resolver] = make_future<MoveOnly>();
  EXPECT_TRUE(resolver.resolve(MoveOnly(11)));
  EXPECT_EQ(*future.await().value, 11);

  auto [other, other_resolver] = make_future<NoDefault>();
  EXPECT_TRUE(other_resolver.resolve(NoDefault(12)));
  EXPECT_FALSE(other_resolver.resolve(NoDefault(13)));
  EXPECT_EQ(other.await().value, 12);
  EXPECT_EQ(std::move(other).await().value, 12);
}

TEST(FutureHidden, AMoveThatThrowsSettlesNothing) {
  contract("When T's constructor throws, resolve() throws and the future stays pending.",
           "one-shared-state");
  auto [future, resolver] = make_future<ThrowsOnMove>();
  EXPECT_THROW(resolver.resolve(ThrowsOnMove(1)), std::runtime_error);
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(resolver.resolve(ThrowsOnMove(2, false)));
  EXPECT_EQ(future.await().value, 2);
}

TEST(FutureHidden, ANullErrorIsRefusedAtAnyTime) {
  contract("reject(nullptr) throws invalid_argument, also when the promise is settled already.",
           "one-shared-state");
  auto [future, resolver] = make_future<int>();
  EXPECT_THROW(resolver.reject(nullptr), std::invalid_argument);
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(resolver.resolve(1));
  EXPECT_THROW(resolver.reject(nullptr), std::invalid_argument);
}

TEST(FutureHidden, ResultDoesNotWait) {
  contract("result() of a pending future is a mistake of the caller: it throws logic_error.",
           "one-shared-state");
  auto [future, resolver] = make_future<int>();
  EXPECT_THROW((void)future.result(), std::logic_error);
  EXPECT_TRUE(resolver.reject(error("broken")));
  EXPECT_NO_THROW(EXPECT_FALSE(future.result().has_value()));
  EXPECT_THROW(std::rethrow_exception(future.result().error()), std::runtime_error);
}

TEST(FutureHidden, AStopEndsOneWaitOnly) {
  contract("Stopping one awaiter leaves the others waiting and the promise pending.", "giving-up");
  expect_written();
  auto [future, resolver] = make_future<int>();
  std::stop_source source;
  ParkingSpot stopped_spot;
  ParkingSpot patient_spot;
  std::jthread patient([&patient_spot, copy = future] {
    patient_spot.arriving();
    EXPECT_NO_THROW(EXPECT_EQ(copy.await(), 6));
  });
  std::jthread stopped([&stopped_spot, copy = future, token = source.get_token()] {
    stopped_spot.arriving();
    EXPECT_EQ(gives_up_with([&] { copy.await(token); }), std::errc::operation_canceled);
  });
  patient_spot.wait_until_parked();
  stopped_spot.wait_until_parked();
  source.request_stop();
  stopped.join();
  EXPECT_FALSE(future.ready());
  patient_spot.wait_until_parked();  // asleep again, if the stop disturbed it at all
  EXPECT_TRUE(resolver.resolve(6));
}

TEST(FutureHidden, ATokenThatIsStoppedAlreadyDoesNotWait) {
  contract("A wait with a token that is stopped already ends at once, deadline or not.",
           "giving-up");
  auto [future, resolver] = make_future<int>();
  std::stop_source source;
  source.request_stop();
  const std::stop_token token = source.get_token();
  EXPECT_EQ(gives_up_with([&, &future = future] { future.await(token); }),
            std::errc::operation_canceled);
  EXPECT_EQ(
      gives_up_with([&, &future = future] { future.await_until(Clock::time_point::max(), token); }),
      std::errc::operation_canceled);
  EXPECT_TRUE(resolver.resolve(1));
}

TEST(FutureHidden, AnOutcomeWinsOverAStopAndADeadline) {
  contract("An outcome that is there is handed out, also to an awaiter that may wait no longer.",
           "giving-up");
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(resolver.resolve(3));
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(future.await(source.get_token()), 3);
  EXPECT_EQ(future.await_until(Clock::now() - 1h), 3);
  EXPECT_EQ(future.await_until(Clock::now() - 1h, source.get_token()), 3);
}

TEST(FutureHidden, AStopWinsOverADeadlineAndTheEndsOfTimeAreDeadlines) {
  contract("Any time_point is a deadline; a wait that both end reports the stop.", "giving-up");
  auto [future, resolver] = make_future<int>();
  std::stop_source source;
  const auto wait = [&, &future = future] {
    future.await_until(Clock::time_point::min(), source.get_token());
  };
  EXPECT_EQ(gives_up_with(wait), std::errc::timed_out);
  source.request_stop();
  EXPECT_EQ(gives_up_with(wait), std::errc::operation_canceled);
  EXPECT_TRUE(resolver.resolve(1));
  EXPECT_NO_THROW(wait());
}

TEST(FutureHidden, AStopMayRaceWithResolve) {
  contract("An awaiter that is stopped and served at once gets one of the two and never hangs.",
           "giving-up");
  expect_written();
  for (int round = 0; round < 100; ++round) {
    auto [future, resolver] = make_future<int>();
    std::stop_source source;
    std::latch start(3);
    std::jthread stopping([&] {
      start.arrive_and_wait();
      source.request_stop();
    });
    std::jthread resolving([&start, round, resolver = std::move(resolver)]() mutable {
      start.arrive_and_wait();
      EXPECT_TRUE(resolver.resolve(round));
    });
    start.arrive_and_wait();
    const auto gave_up = gives_up_with(
        [&, &future = future] { EXPECT_EQ(future.await(source.get_token()), round); });
    if (gave_up) {
      ASSERT_EQ(*gave_up, std::errc::operation_canceled);
    }
    ASSERT_EQ(future.await(), round);
  }
}

TEST(FutureHidden, ADroppedResolverWakesAndCallsBack) {
  contract("A broken promise is an outcome: it wakes sleepers and runs callbacks.",
           "broken-promise");
  expect_on_ready_written();
  auto [future, resolver] = make_future<int>();
  int failures = 0;
  future.on_ready([&](const Result<int>& outcome) { failures += !outcome.has_value(); });
  ParkingSpot spot;
  std::jthread awaiter([&spot, copy = future] {
    spot.arriving();
    EXPECT_TRUE(is_broken(copy));
  });
  spot.wait_until_parked();
  { const Resolver<int> dropped = std::move(resolver); }
  EXPECT_EQ(failures, 1);
}

TEST(FutureHidden, AssigningOverAResolverBreaksItsPromise) {
  contract("Assignment breaks the promise that was held, and only that one.", "broken-promise");
  auto [old_future, resolver] = make_future<int>();
  auto [new_future, new_resolver] = make_future<int>();
  resolver = std::move(new_resolver);
  ASSERT_TRUE(old_future.ready());
  EXPECT_TRUE(is_broken(old_future));
  EXPECT_FALSE(new_future.ready());
  EXPECT_TRUE(resolver.resolve(4));
  EXPECT_EQ(new_future.await(), 4);
}

TEST(FutureHidden, AssigningAResolverToItselfChangesNothing) {
  contract("Self-assignment neither breaks nor loses the promise.", "broken-promise");
  auto [future, resolver] = make_future<int>();
  Resolver<int>& same = resolver;
  resolver = std::move(same);
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(resolver.resolve(4));
  EXPECT_EQ(future.await(), 4);
}

TEST(FutureHidden, AResolverIsHandedOnUnbroken) {
  contract("Moving a resolver hands on the duty; the empty one left behind breaks nothing.",
           "broken-promise");
  auto [future, resolver] = make_future<int>();
  std::optional<Resolver<int>> second;
  {
    Resolver<int> first = std::move(resolver);
    second.emplace(std::move(first));
  }
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(second->resolve(8));
  second.reset();
  EXPECT_EQ(future.await(), 8);
  EXPECT_THROW(resolver.resolve(9), std::future_error);  // NOLINT(bugprone-use-after-move)
}

TEST(FutureHidden, AnExceptionInTheProducerBreaksThePromise) {
  contract("A producer that is left by an exception takes its resolver along: nobody waits on.",
           "broken-promise");
  expect_written();
  auto [future, resolver] = make_future<int>();
  ParkingSpot spot;
  std::jthread awaiter([&spot, copy = future] {
    spot.arriving();
    EXPECT_TRUE(is_broken(copy));
  });
  spot.wait_until_parked();
  const auto produce = [](Resolver<int> mine) {
    if (mine.resolve(std::stoi("not a number"))) ADD_FAILURE();
  };
  EXPECT_THROW(produce(std::move(resolver)), std::invalid_argument);
}

TEST(FutureHidden, AnAbandonedFutureHindersNobody) {
  contract("A resolver without any future left settles as if somebody still asked.",
           "broken-promise");
  auto [future, resolver] = make_future<int>();
  future = Future<int>();
  EXPECT_TRUE(resolver.resolve(1));
  EXPECT_FALSE(resolver.resolve(2));
}

TEST(FutureHidden, ACallbackMayUseItsOwnFuture) {
  contract("No lock is held while a callback runs: it may use its own future in any way.",
           "no-lock-while-calling");
  expect_on_ready_written();
  auto made = make_future<int>();
  auto& [future, resolver] = made;
  int nested = 0;
  bool was_called = false;
  future.on_ready([&, &future = future, &resolver = resolver](const Result<int>& outcome) {
    was_called = true;
    EXPECT_TRUE(future.ready());
    EXPECT_EQ(future.await(), 7);
    EXPECT_EQ(&future.result(), &outcome);
    EXPECT_FALSE(resolver.resolve(8));
    future.on_ready([&](const Result<int>& again) { nested = *again; });
    EXPECT_EQ(nested, 7) << "it was settled already, so the nested callback runs at once";
  });
  EXPECT_TRUE(resolver.resolve(7));
  EXPECT_TRUE(was_called);
}

TEST(FutureHidden, ACallbackMayWaitForAThreadThatUsesTheFuture) {
  contract("While a callback runs, every other thread can use the future.",
           "no-lock-while-calling");
  expect_on_ready_written();
  auto made = make_future<int>();
  auto& [future, resolver] = made;
  future.on_ready([&, &future = future, &resolver = resolver](const Result<int>&) {
    std::jthread([&] {
      EXPECT_TRUE(future.ready());
      EXPECT_EQ(future.await(), 7);
      EXPECT_FALSE(resolver.resolve(8));
      bool called = false;
      future.on_ready([&](const Result<int>&) { called = true; });
      EXPECT_TRUE(called);
    }).join();
  });
  EXPECT_TRUE(resolver.resolve(7));
}

TEST(FutureHidden, ACallbackMayDropTheLastHandle) {
  contract("A callback may drop the last future and the resolver, and still read its outcome.",
           "no-lock-while-calling");
  expect_on_ready_written();
  auto [future, first_resolver] = make_future<std::string>();
  std::optional<Resolver<std::string>> resolver(std::move(first_resolver));
  const std::string expected(100, 'x');
  int calls = 0;
  for (int i = 0; i < 2; ++i) {
    future.on_ready([&, &future = future](const Result<std::string>& outcome) {
      future = Future<std::string>();
      resolver.reset();
      EXPECT_EQ(*outcome, expected);
      ++calls;
    });
  }
  EXPECT_TRUE(resolver->resolve(expected));
  EXPECT_EQ(calls, 2);

  auto [settled, its_resolver] = make_future<std::string>();
  EXPECT_TRUE(its_resolver.resolve(expected));
  its_resolver = Resolver<std::string>();
  settled.on_ready([&, &settled = settled](const Result<std::string>& outcome) {
    settled = Future<std::string>();
    EXPECT_EQ(*outcome, expected);
    ++calls;
  });
  EXPECT_EQ(calls, 3);
}

TEST(FutureHidden, CallbacksRunOnceInTheSettlingThreadInOrder) {
  contract("Callbacks run in the settling thread, in the order of registration, each once.",
           "call-me-back");
  expect_on_ready_written();
  auto [future, resolver] = make_future<int>();
  std::vector<int> order;
  std::vector<std::thread::id> where;
  for (int i = 0; i < 5; ++i) {
    future.on_ready([&, i](const Result<int>&) {
      order.push_back(i);
      where.push_back(std::this_thread::get_id());
    });
  }
  std::thread::id settling_id;
  std::jthread([&, &resolver = resolver] {
    settling_id = std::this_thread::get_id();
    EXPECT_TRUE(resolver.resolve(1));
    EXPECT_FALSE(resolver.resolve(2));
  }).join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(where, std::vector<std::thread::id>(5, settling_id));
}

TEST(FutureHidden, ALateCallbackRunsAtOnceInItsOwnThread) {
  contract("A callback that comes after the outcome runs before on_ready() returns.",
           "call-me-back");
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(resolver.reject(error("broken")));
  std::thread::id where;
  int failures = 0;
  future.on_ready([&](const Result<int>& outcome) {
    where = std::this_thread::get_id();
    failures += !outcome.has_value();
  });
  EXPECT_EQ(where, std::this_thread::get_id());
  EXPECT_EQ(failures, 1);
}

TEST(FutureHidden, AnExceptionOfACallbackConcernsNobodyElse) {
  contract("What a callback throws reaches neither the producer nor the next callback.",
           "call-me-back");
  auto [future, resolver] = make_future<int>();
  int calls = 0;
  future.on_ready([&](const Result<int>&) {
    ++calls;
    throw std::runtime_error("a callback failed");
  });
  future.on_ready([&](const Result<int>&) {
    ++calls;
    throw 5;
  });
  future.on_ready([&](const Result<int>&) { ++calls; });
  EXPECT_NO_THROW(EXPECT_TRUE(resolver.resolve(1)));
  EXPECT_EQ(calls, 3);
  EXPECT_NO_THROW(future.on_ready([&](const Result<int>&) {
    ++calls;
    throw std::runtime_error("late");
  }));
  EXPECT_EQ(calls, 4);
}

TEST(FutureHidden, ARegistrationDuringTheWriteIsNotForgotten) {
  contract("A callback that is registered while the outcome is being stored is called once.",
           "call-me-back");
  expect_on_ready_written();
  auto [future, resolver] = make_future<HookedMove>();
  std::latch writing(1);
  ParkingSpot registering_spot;
  std::atomic<int> calls{0};
  std::jthread registering([&writing, &registering_spot, &calls, copy = future] {
    writing.wait();
    registering_spot.arriving();
    copy.on_ready([&](const Result<HookedMove>& outcome) {
      EXPECT_EQ(outcome->value, 7);
      ++calls;
    });
  });
  EXPECT_TRUE(resolver.resolve(HookedMove(7, [&] {
    writing.count_down();
    registering_spot.wait_until_parked();
  })));
  registering.join();
  EXPECT_EQ(calls.load(), 1);
}

TEST(FutureHidden, RegistrationMayRaceWithResolve) {
  contract("However a registration races with the outcome, its callback runs exactly once.",
           "call-me-back");
  expect_on_ready_written();
  for (int round = 0; round < 100; ++round) {
    auto [future, resolver] = make_future<int>();
    std::array<std::atomic<int>, 3> calls{};
    std::latch start(4);
    {
      std::vector<std::jthread> threads;
      threads.reserve(calls.size());
      for (std::atomic<int>& count : calls) {
        threads.emplace_back([&start, &count, round, copy = future] {
          start.arrive_and_wait();
          copy.on_ready([&count, round](const Result<int>& outcome) {
            if (*outcome == round) ++count;
          });
        });
      }
      start.arrive_and_wait();
      EXPECT_TRUE(resolver.resolve(round));
    }
    for (const std::atomic<int>& count : calls) ASSERT_EQ(count.load(), 1);
  }
}

TEST(FutureHidden, ACallbackSeesWhatCameBeforeTheOutcome) {
  contract("A callback sees everything that was written before resolve(), in whatever thread.",
           "publish-then-read");
  expect_on_ready_written();
  auto [future, resolver] = make_future<std::unique_ptr<std::string>>();
  std::vector<std::jthread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([copy = future] {
      copy.on_ready([](const auto& outcome) { EXPECT_EQ(**outcome, "written before"); });
    });
  }
  EXPECT_TRUE(resolver.resolve(std::make_unique<std::string>("written before")));
}

TEST(FutureHidden, ACallbackIsDestroyedAfterItRan) {
  contract("What a callback keeps alive is released when it has run, not when the future goes.",
           "call-me-back");
  std::atomic<int> alive{0};
  auto [future, resolver] = make_future<int>();
  future.on_ready([counted = Counted(alive)](const Result<int>&) {});
  EXPECT_EQ(alive.load(), 1);
  EXPECT_TRUE(resolver.resolve(1));
  EXPECT_EQ(alive.load(), 0);
  future.on_ready([counted = Counted(alive)](const Result<int>&) {});
  EXPECT_EQ(alive.load(), 0);
}

TEST(FutureHidden, ACallbackMayOwnItsOwnFuture) {
  contract("A callback that holds its own future is no leak: the outcome, always, sets it free.",
           "call-me-back");
  std::atomic<int> alive{0};
  {
    auto [future, resolver] = make_future<int>();
    future.on_ready([self = future, counted = Counted(alive)](const Result<int>&) {
      EXPECT_TRUE(self.ready());
    });
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(FutureHidden, ACallbackMayBeMoveOnly) {
  contract("A callback needs no copy constructor, and may change what it captures.",
           "call-me-back");
  auto [future, resolver] = make_future<int>();
  auto [next, next_resolver] = make_future<int>();
  future.on_ready([to = std::move(next_resolver)](const Result<int>& outcome) mutable {
    EXPECT_TRUE(to.resolve(*outcome + 1));
  });
  EXPECT_TRUE(resolver.resolve(1));
  ASSERT_TRUE(next.ready());
  EXPECT_EQ(next.await(), 2);
}

TEST(FutureHidden, AwaitersNeedNotWaitForCallbacks) {
  contract("Awaiters are woken before the callbacks run, so a slow one does not hold them up.",
           "call-me-back");
  expect_on_ready_written();
  auto [future, resolver] = make_future<int>();
  ParkingSpot spot;
  std::latch awaited(1);
  future.on_ready([&](const Result<int>&) { awaited.wait(); });
  std::jthread awaiter([&spot, &awaited, copy = future] {
    spot.arriving();
    EXPECT_EQ(copy.await(), 1);
    awaited.count_down();
  });
  spot.wait_until_parked();
  EXPECT_TRUE(resolver.resolve(1));
}

TEST(FutureHidden, GoKeepsTheTypeOfAnException) {
  contract("An exception arrives with its own type and members, not as a copy of its base.", "go");
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
    int detail = 17;
  };
  const Future<int> future = go([]() -> int { throw Mine("mine"); });
  try {
    future.await();
    ADD_FAILURE() << "await() returned a value that nobody has resolved";
  } catch (const Mine& mine) {
    EXPECT_EQ(mine.detail, 17);
  } catch (const std::exception& sliced) {
    ADD_FAILURE() << "the exception has lost its type: " << sliced.what();
  }
}

TEST(FutureHidden, GoCatchesWhatIsNoStdException) {
  contract("Anything that can be thrown rejects the future; nothing escapes from the thread.",
           "go");
  const Future<int> an_int = go([]() -> int { throw 5; });
  EXPECT_THROW(an_int.await(), int);
  const Future<Unit> a_string = go([] { throw std::string("text"); });
  EXPECT_THROW(a_string.await(), std::string);
}

TEST(FutureHidden, GoRejectsWhenTheValueCannotBeMoved) {
  contract("When moving the value throws, that rejects the future; it does not end the process.",
           "go");
  const Future<ThrowsOnMove> future = go([] { return ThrowsOnMove(1); });
  EXPECT_THROW(future.await(), std::runtime_error);
}

TEST(FutureHidden, ADroppedGoDoesNotBlock) {
  contract("Dropping the future of go() returns at once; the work runs to its end all the same.",
           "go");
  expect_written();
  HeldGate may_finish;
  HeldGate finished;
  {
    [[maybe_unused]] const Future<Unit> dropped = go([&] {
      may_finish.wait();
      finished.open();
    });
  }
  may_finish.open();  // not reached, if dropping had waited for the work
  finished.wait();
}

TEST(FutureHidden, GoIsStoppedThroughItsToken) {
  contract("A stop reaches the work through its token; what the work makes of it is its outcome.",
           "go");
  expect_written();
  std::stop_source source;
  HeldGate never;
  const Future<bool> future = go(
      [&](const std::stop_token& token) {
        const bool was_opened = never.wait(token);
        if (!was_opened) throw std::runtime_error("stopped");
        return was_opened;
      },
      source.get_token());
  source.request_stop();
  EXPECT_THROW(future.await(), std::runtime_error);
}

TEST(FutureHidden, AnAwaiterThatGivesUpDoesNotStopTheWork) {
  contract("The awaiter's token ends the wait, not the work.", "go");
  expect_written();
  std::stop_source giving_up;
  giving_up.request_stop();
  HeldGate gate;
  const Future<int> future = go([&] {
    gate.wait();
    return 9;
  });
  EXPECT_EQ(gives_up_with([&] { future.await(giving_up.get_token()); }),
            std::errc::operation_canceled);
  gate.open();
  EXPECT_EQ(future.await(), 9);
}

TEST(FutureHidden, GoMovesItsFunctionAndItsValue) {
  contract("Neither the function nor its value needs a copy constructor; it is called once.", "go");
  auto calls = std::make_unique<int>(0);
  const Future<MoveOnly> future = go([calls = std::move(calls), value = MoveOnly(3)]() mutable {
    EXPECT_EQ(++*calls, 1);
    return std::move(value);
  });
  EXPECT_EQ(*future.await().value, 3);
}

TEST(FutureHidden, GoTakesAResultForWhatItHolds) {
  contract("A function that returns a Result<T> gives a Future<T>, not a future of a result.",
           "go");
  auto kept = go([]() -> Result<int> { return 4; });
  EXPECT_TRUE((std::is_same_v<decltype(kept), Future<int>>));
  EXPECT_EQ(kept.await(), 4);
  const Future<int> broken =
      go([]() -> Result<int> { return promissory::failure(std::logic_error("no")); });
  EXPECT_THROW(broken.await(), std::logic_error);
}

TEST(FutureHidden, ManyGoesAtOnceAndNested) {
  contract("Every go() has a thread of its own, so work may start work and wait for it.", "go");
  expect_written();
  const auto sum_of_two = [](int number) {
    const Future<int> inner = go([number] { return number; });
    return inner.await() + number;
  };
  std::vector<Future<int>> futures;
  futures.reserve(16);
  for (int i = 0; i < 16; ++i) futures.push_back(go([=] { return sum_of_two(i); }));
  for (int i = 0; i < 16; ++i) EXPECT_EQ(futures[i].await(), 2 * i);
}

TEST(FutureHidden, GoCallsBackInItsThread) {
  contract("A callback of go()'s future runs in the thread that did the work, if it was in time.",
           "go");
  expect_on_ready_written();
  HeldGate gate;
  HeldGate called;
  std::thread::id where;
  const Future<std::thread::id> future = go([&] {
    gate.wait();
    return std::this_thread::get_id();
  });
  future.on_ready([&](const Result<std::thread::id>&) {
    where = std::this_thread::get_id();
    called.open();
  });
  gate.open();
  called.wait();
  EXPECT_EQ(where, future.await());
}

}  // namespace
