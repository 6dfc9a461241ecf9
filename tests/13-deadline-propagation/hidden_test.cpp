#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
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

#include "13-deadline-propagation/deadline_future.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/leak_checker.hpp"
#include "support/parked.hpp"
#include "support/stoppable_work.hpp"
#include "support/threads.hpp"

namespace {

using promissory::DeadlineFuture;
using promissory::DeadlineTimer;
using promissory::failure;
using promissory::go_with_deadline;
using promissory::Result;
using promissory::Unit;
using promissory::support::allow_lasting_threads;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::MoveOnly;
using promissory::support::ParkingSpot;
using promissory::support::StoppableWork;
using promissory::support::threads_of_this_process;
using promissory::support::ThrowsOnMove;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What is not written yet says so here, before another thread could wait for it. The timer's
/// thread may stay for the rest of the process.
void expect_written() {
  allow_lasting_threads(1);
  const auto timer = DeadlineTimer::instance();
  EXPECT_TRUE(timer->cancel(timer->call_at(Clock::now() + 1h, [] {})));
  const DeadlineFuture<int> future = go_with_deadline([] { return 0; });
  EXPECT_EQ(future.await(), 0);
  EXPECT_EQ(future.await_until(Clock::now() + 1h), 0);
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

// Stop sources are made on the heap here: g++ 12 warns that one on the stack is uninitialised.

/// Opens a gate when it dies, wherever it has been moved to.
class Farewell {
 public:
  explicit Farewell(Gate& gate) : gate_(&gate) {}
  Farewell(Farewell&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
  Farewell& operator=(Farewell&&) = delete;
  ~Farewell() {
    if (gate_ != nullptr) gate_->open();
  }

 private:
  Gate* gate_;
};

TEST(DeadlineFutureHidden, TheTightestOfManyCounts) {
  contract("Of all deadlines the earliest counts, in whatever order they come.", "never-later");
  expect_written();
  std::array<ParkingSpot, 4> spots;
  std::vector<std::jthread> awaiters;
  HeldGate may_end;
  const Clock::time_point now = Clock::now();
  const DeadlineFuture<int> future = go_with_deadline(
      [&] {
        may_end.wait();
        return 7;
      },
      now + 5h);
  const std::array<Clock::duration, 4> times{4h, 2h, 3h, 6h};
  const std::array<Clock::duration, 4> expected{4h, 2h, 2h, 2h};
  awaiters.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    awaiters.emplace_back([&spot = spots[i], future, deadline = now + times[i]] {
      spot.arriving();
      EXPECT_EQ(future.await_until(deadline), 7);
    });
    spots[i].wait_until_parked();
    // A machine under load may not be so far yet.
    while (expected[i] == times[i] && future.deadline() > now + expected[i]) {
      std::this_thread::yield();
    }
    EXPECT_EQ(future.deadline(), now + expected[i]) << i;
  }
  may_end.open();
  awaiters.clear();
}

TEST(DeadlineFutureHidden, EverybodyIsToldAtTheDeadline) {
  contract("When the deadline passes, everybody who waits gets timed_out, however patient.",
           "never-later");
  expect_written();
  std::array<ParkingSpot, 2> spots;
  std::vector<std::jthread> awaiters;
  const StoppableWork work;
  const DeadlineFuture<Unit> future = go_with_deadline(work.function());
  awaiters.emplace_back([&] {
    spots[0].arriving();
    EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  });
  awaiters.emplace_back([&] {
    spots[1].arriving();
    EXPECT_EQ(gives_up_with([&] { future.await_until(Clock::now() + 1h); }), std::errc::timed_out);
  });
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
  const Clock::time_point deadline = Clock::now() + 2ms;
  EXPECT_EQ(gives_up_with([&] { future.await_until(deadline); }), std::errc::timed_out);
  EXPECT_GE(Clock::now(), deadline);
  awaiters.clear();
  work.wait_until_gone();
}

TEST(DeadlineFutureHidden, IsSettledBeforeTheWorkIsStopped) {
  contract("Whoever is stopped by the deadline finds the future settled, and cannot answer first.",
           "settled-then-stopped");
  expect_written();
  HeldGate may_begin;
  HeldGate is_listening;
  HeldGate was_stopped;
  HeldGate is_gone;
  DeadlineFuture<int> handle;
  bool was_ready = false;
  auto listen = [&, last = Farewell(is_gone)](const std::stop_token& token) -> int {
    may_begin.wait();
    const std::stop_callback on_stop(token, [&] {
      was_ready = handle.ready();
      was_stopped.open();
    });
    is_listening.open();
    was_stopped.wait();
    throw std::runtime_error("I was stopped");
  };
  const DeadlineFuture<int> future = go_with_deadline(std::move(listen));
  handle = future;
  may_begin.open();
  is_listening.wait();
  EXPECT_EQ(gives_up_with([&] { future.await_until(Clock::now() + 2ms); }), std::errc::timed_out);
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  is_gone.wait();
  EXPECT_TRUE(was_ready) << "the work was stopped although its future was still open";
}

TEST(DeadlineFutureHidden, DeafWorkKeepsNobodyWaiting) {
  contract("Work that ignores its token does not hold up awaiters, and what it says later is lost.",
           "deaf-work");
  expect_written();
  HeldGate may_end;
  HeldGate is_running;
  HeldGate has_ended;
  const DeadlineFuture<int> future = go_with_deadline([&] {
    is_running.open();
    may_end.wait();
    has_ended.open();
    return 7;
  });
  is_running.wait();
  EXPECT_EQ(gives_up_with([&] { future.await_until(Clock::now() + 2ms); }), std::errc::timed_out);
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  may_end.open();
  has_ended.wait();
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
}

TEST(DeadlineFutureHidden, DeafWorkDoesNotHoldUpAStopEither) {
  contract("A stop of the caller's token settles with operation_canceled, whatever the work does.",
           "deaf-work");
  expect_written();
  HeldGate may_end;
  HeldGate is_running;
  HeldGate has_ended;
  const auto source = std::make_unique<std::stop_source>();
  const DeadlineFuture<int> future = go_with_deadline(
      [&] {
        is_running.open();
        may_end.wait();
        has_ended.open();
        return 7;
      },
      std::nullopt, source->get_token());
  is_running.wait();
  source->request_stop();
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::operation_canceled);
  may_end.open();
  has_ended.wait();
}

TEST(DeadlineFutureHidden, AnOutcomeWinsOverEverything) {
  contract("An outcome that is there is handed out, and its deadline stays as it was.",
           "a-token-and-a-deadline");
  expect_written();
  const auto source = std::make_unique<std::stop_source>();
  const DeadlineFuture<int> future =
      go_with_deadline([] { return 7; }, std::nullopt, source->get_token());
  EXPECT_EQ(future.await(), 7);
  source->request_stop();
  EXPECT_EQ(future.await(source->get_token()), 7);
  EXPECT_EQ(future.await_until(Clock::now() - 1h), 7);
  EXPECT_EQ(future.await_until(Clock::now() - 1h, source->get_token()), 7);
  EXPECT_EQ(future.deadline(), std::nullopt);
}

TEST(DeadlineFutureHidden, WhoHasLeftChangesNothing) {
  contract("An awaiter that comes with a stopped token gives up, and brings no deadline forward.",
           "a-token-and-a-deadline");
  expect_written();
  HeldGate may_end;
  const DeadlineFuture<int> future = go_with_deadline([&] {
    may_end.wait();
    return 7;
  });
  const auto gone = std::make_unique<std::stop_source>();
  gone->request_stop();
  EXPECT_EQ(gives_up_with([&] { future.await_until(Clock::now() - 1h, gone->get_token()); }),
            std::errc::operation_canceled);
  EXPECT_FALSE(future.ready());
  EXPECT_EQ(future.deadline(), std::nullopt);
  may_end.open();
  EXPECT_EQ(future.await(), 7);
}

TEST(DeadlineFutureHidden, AStoppedAwaiterLeavesItsDeadlineBehind) {
  contract("An awaiter that is stopped while it waits stops alone; its deadline holds.",
           "a-token-and-a-deadline");
  expect_written();
  HeldGate may_end;
  const Clock::time_point deadline = Clock::now() + 1h;
  const DeadlineFuture<int> future = go_with_deadline([&](const std::stop_token& token) {
    may_end.wait();
    return token.stop_requested() ? 1 : 7;
  });
  const auto impatience = std::make_unique<std::stop_source>();
  std::jthread awaiter([&] {
    EXPECT_EQ(gives_up_with([&] { future.await_until(deadline, impatience->get_token()); }),
              std::errc::operation_canceled);
  });
  while (!future.deadline()) std::this_thread::yield();
  impatience->request_stop();
  awaiter.join();
  EXPECT_EQ(future.deadline(), deadline);
  may_end.open();
  EXPECT_EQ(future.await(), 7) << "an awaiter's token has reached the work";
}

TEST(DeadlineFutureHidden, ADeadlineThatHasPassedEndsTheWork) {
  contract("An awaiter whose deadline has passed does not wait, and ends the work.", "never-later");
  expect_written();
  const StoppableWork work;
  const DeadlineFuture<Unit> future = go_with_deadline(work.function());
  work.wait_until_running();
  EXPECT_EQ(gives_up_with([&] { future.await_until(Clock::time_point::min()); }),
            std::errc::timed_out);
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  work.wait_until_gone();
  EXPECT_TRUE(work.was_stopped());
}

TEST(DeadlineFutureHidden, TheEndOfTimeIsADeadline) {
  contract("Any time_point is a deadline, the last one there is as well.", "never-later");
  expect_written();
  const auto last = Clock::time_point::max();
  const DeadlineFuture<int> future = go_with_deadline([] { return 7; }, last);
  EXPECT_EQ(future.await_until(last), 7);
  EXPECT_EQ(future.deadline(), last);
}

TEST(DeadlineFutureHidden, WhatIsTooLateIsNotBegun) {
  contract("With a deadline that has passed or a token that is stopped the work is not called.",
           "time-for-work");
  expect_written();
  std::atomic<int> calls{0};
  std::array<HeldGate, 3> gone;
  const auto work = [&](std::size_t i) {
    return [&calls, last = Farewell(gone[i])] { return ++calls; };
  };
  const auto stopped = std::make_unique<std::stop_source>();
  stopped->request_stop();
  const auto late = go_with_deadline(work(0), Clock::now() - 1ms);
  EXPECT_TRUE(late.ready());
  EXPECT_EQ(gives_up_with([&] { late.await(); }), std::errc::timed_out);
  const auto unwanted = go_with_deadline(work(1), std::nullopt, stopped->get_token());
  EXPECT_TRUE(unwanted.ready());
  EXPECT_EQ(gives_up_with([&] { unwanted.await(); }), std::errc::operation_canceled);
  const auto both = go_with_deadline(work(2), Clock::now() - 1ms, stopped->get_token());
  EXPECT_EQ(gives_up_with([&] { both.await(); }), std::errc::operation_canceled);
  for (Gate& gate : gone) gate.wait();  // the functions are gone, called or not
  EXPECT_EQ(calls.load(), 0);
}

TEST(DeadlineFutureHidden, OneThreadServesAllDeadlines) {
  contract("Twenty futures with forty deadlines need one thread more than they do without.",
           "one-timer");
  expect_written();
  constexpr std::size_t count = 20;
  const auto before = threads_of_this_process();
  const Clock::time_point now = Clock::now();
  std::vector<DeadlineFuture<int>> futures;
  std::array<ParkingSpot, 2 * count> spots;
  std::vector<std::jthread> awaiters;
  HeldGate may_end;
  futures.reserve(count);
  awaiters.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    futures.push_back(go_with_deadline(
        [&may_end, &spot = spots[i]] {
          spot.arriving();
          may_end.wait();
          return 7;
        },
        now + 3h + i * 1s));
    awaiters.emplace_back([&spot = spots[count + i], future = futures[i], now, i] {
      spot.arriving();
      EXPECT_EQ(future.await_until(now + 1h + i * 1s), 7);
    });
  }
  for (const ParkingSpot& spot : spots) spot.wait_until_parked();
  const auto during = threads_of_this_process();
  if (before && during) {
    EXPECT_LE(during->size(), before->size() + 2 * count + 1);
  }
  may_end.open();
  awaiters.clear();
}

TEST(DeadlineFutureHidden, NoAlarmIsLeftBehind) {
  contract("When the outcome is there, nothing waits for the deadlines any more.", "one-timer");
  expect_written();
  // Not an hour: the process waits at its end for what was forgotten.
  const Clock::time_point deadline = Clock::now() + 15s;
  for (int i = 0; i < 3; ++i) {
    HeldGate may_end;
    const DeadlineFuture<int> future = go_with_deadline(
        [&] {
          may_end.wait();
          return 7;
        },
        deadline + 1s);
    std::jthread awaiter([&] { EXPECT_EQ(future.await_until(deadline), 7); });
    while (future.deadline() != deadline) std::this_thread::yield();
    may_end.open();
    awaiter.join();
  }
  EXPECT_EQ(DeadlineTimer::instance()->pending(), 0U);
}

TEST(DeadlineFutureHidden, AValueDiesWithItsLastHandle) {
  contract("A deadline that is far away keeps neither the value nor the function alive.",
           "one-timer");
  expect_written();
  static std::atomic<int> alive{0};  // static: counting orders nothing, also not the test's end
  {
    const auto future =
        go_with_deadline([counted = Counted(alive)] { return Counted(alive); }, Clock::now() + 15s);
    EXPECT_EQ(future.await().value, 0);
  }
  while (alive.load() != 0) std::this_thread::yield();  // the thread lets go of both as it ends
}

TEST(DeadlineFutureHidden, TheDeadlineHoldsWithoutHandles) {
  contract("Work whose handles are all gone is stopped by its deadline all the same.",
           "settled-then-stopped");
  expect_written();
  const StoppableWork work;
  go_with_deadline(work.function(), Clock::now() + 2ms);
  work.wait_until_gone();
}

TEST(DeadlineFutureHidden, CallbacksMayUseTheFuture) {
  contract("A callback of the outcome runs once, without a lock: it may use future and timer.",
           "settled-then-stopped");
  expect_written();
  HeldGate was_called;
  const StoppableWork work;
  const DeadlineFuture<Unit> future = go_with_deadline(work.function());
  work.wait_until_running();
  std::optional<std::errc> seen;
  bool was_cancelled = false;
  future.future().on_ready([&](const Result<Unit>& outcome) {
    EXPECT_FALSE(outcome.has_value());
    EXPECT_NE(future.deadline(), std::nullopt);
    seen = gives_up_with([&] { future.await_until(Clock::now() - 1h); });
    const auto timer = DeadlineTimer::instance();
    was_cancelled = timer->cancel(timer->call_at(Clock::now() + 1h, [] {}));
    was_called.open();
  });
  EXPECT_EQ(gives_up_with([&] { future.await_until(Clock::now() + 2ms); }), std::errc::timed_out);
  was_called.wait();
  work.wait_until_gone();
  EXPECT_EQ(seen, std::errc::timed_out);
  EXPECT_TRUE(was_cancelled);
}

TEST(DeadlineFutureHidden, WorkOfEveryKind) {
  contract("Values may be move-only, results are flattened, and errors keep their type.",
           "time-for-work");
  expect_written();
  const auto moved = go_with_deadline([value = MoveOnly(3)]() mutable { return std::move(value); });
  EXPECT_EQ(*moved.await().value, 3);
  const auto flat = go_with_deadline([]() -> Result<int> { return 4; });
  EXPECT_TRUE((std::is_same_v<decltype(flat), const DeadlineFuture<int>>));
  EXPECT_EQ(flat.await(), 4);
  const auto failed =
      go_with_deadline([]() -> Result<int> { return failure(std::logic_error("no")); });
  EXPECT_THROW(failed.await(), std::logic_error);
  const DeadlineFuture<Unit> nothing = go_with_deadline([] {});
  EXPECT_NO_THROW(nothing.await());
  EXPECT_THROW(go_with_deadline([]() -> int { throw 5; }).await(), int);
  const auto stubborn = go_with_deadline([] { return ThrowsOnMove(1); });
  EXPECT_THROW(stubborn.await(), std::runtime_error);
}

TEST(DeadlineFutureHidden, ATemporaryCopiesTheValueOut) {
  contract("await() on a temporary gives a copy, for the state may die with it.",
           "a-token-and-a-deadline");
  expect_written();
  using Copied = decltype(go_with_deadline([] { return std::string(); }).await());
  EXPECT_TRUE((std::is_same_v<Copied, std::string>));
  const std::string& text = go_with_deadline([] { return std::string(100, 'x'); }).await();
  EXPECT_EQ(text, std::string(100, 'x'));
  const std::string& other =
      go_with_deadline([] { return std::string(100, 'y'); }).await_until(Clock::now() + 1h);
  EXPECT_EQ(other, std::string(100, 'y'));
}

TEST(DeadlineFutureHidden, WithoutWorkItSaysSo) {
  contract("A handle that was default-constructed or moved from throws no_state.",
           "a-token-and-a-deadline");
  expect_written();
  DeadlineFuture<int> future = go_with_deadline([] { return 7; });
  const DeadlineFuture<int> taken = std::move(future);
  for (const auto& empty : {DeadlineFuture<int>(), future}) {  // NOLINT(bugprone-use-after-move)
    EXPECT_FALSE(empty.valid());
    EXPECT_FALSE(empty.ready());
    EXPECT_THROW(empty.await(), std::future_error);
    EXPECT_THROW(empty.await_until(Clock::now()), std::future_error);
    EXPECT_THROW((void)empty.deadline(), std::future_error);
    EXPECT_THROW((void)empty.future(), std::future_error);
  }
  EXPECT_EQ(taken.await(), 7);
}

TEST(DeadlineFutureHidden, DeadlinesStopsAndWorkMayMeet) {
  contract("Whoever comes first, everybody gets the same outcome, and it stays.",
           "settled-then-stopped");
  expect_written();
  for (int round = 0; round < 100; ++round) {
    const auto source = std::make_unique<std::stop_source>();
    const auto start = std::make_shared<std::latch>(4);
    const DeadlineFuture<int> future = go_with_deadline(
        [start, round] {
          start->arrive_and_wait();
          return round;
        },
        std::nullopt, source->get_token());
    const auto look = [&](auto wait) { return gives_up_with([&] { EXPECT_EQ(wait(), round); }); };
    {
      std::jthread hurried([&] {
        start->arrive_and_wait();
        look([&] { return future.await_until(Clock::now()); });
      });
      std::jthread stopping([&] {
        start->arrive_and_wait();
        source->request_stop();
      });
      start->arrive_and_wait();
      look([&] { return future.await(); });
    }
    const auto first = look([&] { return future.await(); });
    ASSERT_EQ(look([&] { return future.await(); }), first);
  }
}

TEST(DeadlineFutureHidden, TheTimerOutlivesACallThatThrows) {
  contract("What a call throws is dropped; the calls after it come.", "one-timer");
  expect_written();
  const auto timer = DeadlineTimer::instance();
  HeldGate called;
  const Clock::time_point now = Clock::now();
  timer->call_at(now - 2ms, [] { throw std::runtime_error("a call failed"); });
  timer->call_at(now - 1ms, [] { throw 5; });
  timer->call_at(now, [&] { called.open(); });
  called.wait();
}

TEST(DeadlineFutureHidden, ACallMayUseTheTimer) {
  contract("No lock is held while a call runs: it may ask for another one, and cancel.",
           "one-timer");
  expect_written();
  const auto timer = DeadlineTimer::instance();
  HeldGate called;
  const auto far = timer->call_at(Clock::now() + 15s, [] {});
  bool was_cancelled = false;
  timer->call_at(Clock::now(), [&] {
    was_cancelled = timer->cancel(far);
    timer->call_at(Clock::now(), [&] { called.open(); });
  });
  called.wait();
  EXPECT_TRUE(was_cancelled);
}

TEST(DeadlineFutureHidden, ACancelledCallIsFreedAtOnce) {
  contract("cancel() frees what the call has captured; a call that was made is freed, too.",
           "one-timer");
  expect_written();
  const auto timer = DeadlineTimer::instance();
  std::atomic<int> alive{0};
  const auto far = timer->call_at(Clock::now() + 15s, [counted = Counted(alive)] {});
  EXPECT_GE(alive.load(), 1);
  EXPECT_TRUE(timer->cancel(far));
  EXPECT_EQ(alive.load(), 0);
  HeldGate called;
  HeldGate next_called;
  const Clock::time_point now = Clock::now();
  timer->call_at(now, [&called, counted = Counted(alive)] { called.open(); });
  timer->call_at(now + 1ms, [&] { next_called.open(); });
  called.wait();
  next_called.wait();
  EXPECT_EQ(alive.load(), 0);
}

TEST(DeadlineFutureHidden, AMadeCallCannotBeCancelled) {
  contract("cancel() of a call that was made, or is being made, says false.", "one-timer");
  expect_written();
  const auto timer = DeadlineTimer::instance();
  HeldGate is_being_made;
  HeldGate may_go_on;
  HeldGate next_called;
  const auto alarm = timer->call_at(Clock::now(), [&] {
    is_being_made.open();
    may_go_on.wait();
  });
  is_being_made.wait();
  EXPECT_FALSE(timer->cancel(alarm));
  EXPECT_EQ(timer->pending(), 0U);
  may_go_on.open();
  timer->call_at(Clock::now(), [&] { next_called.open(); });
  next_called.wait();
  EXPECT_FALSE(timer->cancel(alarm));
}

TEST(DeadlineFutureHidden, OneTimeManyCalls) {
  contract("Calls of one time are all made, in the order in which they were asked for.",
           "one-timer");
  expect_written();
  const auto timer = DeadlineTimer::instance();
  HeldGate may_go_on;
  HeldGate all_called;
  std::vector<int> order;
  const Clock::time_point when = Clock::now();
  timer->call_at(when - 1h, [&] { may_go_on.wait(); });
  for (int i = 0; i < 5; ++i) timer->call_at(when, [&order, i] { order.push_back(i); });
  timer->call_at(when, [&] { all_called.open(); });
  may_go_on.open();
  all_called.wait();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

}  // namespace
