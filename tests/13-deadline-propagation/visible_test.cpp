// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "13-deadline-propagation/deadline_future.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/leak_checker.hpp"
#include "support/parked.hpp"
#include "support/stoppable_work.hpp"

namespace {

using promissory::DeadlineFuture;
using promissory::DeadlineTimer;
using promissory::go_with_deadline;
using promissory::Unit;
using promissory::support::allow_lasting_threads;
using promissory::support::contract;
using promissory::support::HeldGate;
using promissory::support::ParkingSpot;
using promissory::support::StoppableWork;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The timer, whose thread may stay for the rest of the process.
std::shared_ptr<DeadlineTimer> timer() {
  allow_lasting_threads(1);
  return DeadlineTimer::instance();
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

TEST(DeadlineFuture, TheTimerCalls) {
  contract("A call comes once, in the timer's thread, and not before its time.", "one-timer");
  HeldGate called;
  Clock::time_point when_called;
  std::thread::id where;
  const Clock::time_point when = Clock::now() + 2ms;
  timer()->call_at(when, [&] {
    when_called = Clock::now();
    where = std::this_thread::get_id();
    called.open();
  });
  called.wait();
  EXPECT_GE(when_called, when);
  EXPECT_NE(where, std::this_thread::get_id());
}

TEST(DeadlineFuture, TheTimerCallsTheEarliestFirst) {
  contract("Calls come in the order of their times, in whatever order they were asked for.",
           "one-timer");
  const auto it = timer();
  HeldGate may_go_on;
  HeldGate all_called;
  std::vector<int> order;
  const Clock::time_point now = Clock::now();
  it->call_at(now - 1h, [&] { may_go_on.wait(); });  // the timer's thread is busy with this one
  it->call_at(now, [&] { all_called.open(); });
  it->call_at(now - 1ms, [&] { order.push_back(3); });
  it->call_at(now - 3ms, [&] { order.push_back(1); });
  it->call_at(now - 2ms, [&] { order.push_back(2); });
  may_go_on.open();
  all_called.wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(DeadlineFuture, ACallCanBeCancelled) {
  contract("cancel() says whether it was in time; what was cancelled is not called.", "one-timer");
  const auto it = timer();
  const DeadlineTimer::Alarm alarm = it->call_at(Clock::now() + 1h, [] { ADD_FAILURE(); });
  EXPECT_EQ(it->pending(), 1U);
  EXPECT_TRUE(it->cancel(alarm));
  EXPECT_EQ(it->pending(), 0U);
  EXPECT_FALSE(it->cancel(alarm));
}

TEST(DeadlineFuture, WithoutADeadlineItIsAFuture) {
  contract("Work without a deadline has all the time in the world; its outcome arrives.",
           "time-for-work");
  allow_lasting_threads(1);
  const DeadlineFuture<int> future = go_with_deadline([] { return 7; });
  EXPECT_TRUE(future.valid());
  EXPECT_EQ(future.await(), 7);
  EXPECT_TRUE(future.ready());
  EXPECT_EQ(future.deadline(), std::nullopt);
  const auto failing = go_with_deadline([]() -> int { throw std::runtime_error("no route"); });
  EXPECT_THROW(failing.await(), std::runtime_error);
}

TEST(DeadlineFuture, WorkInTimeIsKept) {
  contract("Work that is done before its deadline is kept; the deadline can be asked for.",
           "time-for-work");
  allow_lasting_threads(1);
  const Clock::time_point deadline = Clock::now() + 1h;
  const DeadlineFuture<int> future = go_with_deadline([] { return 7; }, deadline);
  EXPECT_EQ(future.await(), 7);
  EXPECT_EQ(future.deadline(), deadline);
}

TEST(DeadlineFuture, ADeadlineEndsWaitAndWork) {
  contract("When the deadline passes, awaiters get timed_out and the work's token is stopped.",
           "settled-then-stopped");
  allow_lasting_threads(1);
  const StoppableWork work;
  const DeadlineFuture<Unit> future = go_with_deadline(work.function(), Clock::now() + 2ms);
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  work.wait_until_gone();
}

TEST(DeadlineFuture, AnAwaiterBringsTheDeadlineForward) {
  contract("await_until() shortens the time of work that is running already.", "never-later");
  allow_lasting_threads(1);
  const StoppableWork work;
  const DeadlineFuture<Unit> future = go_with_deadline(work.function(), Clock::now() + 1h);
  work.wait_until_running();
  const Clock::time_point deadline = Clock::now() + 2ms;
  EXPECT_EQ(gives_up_with([&] { future.await_until(deadline); }), std::errc::timed_out);
  EXPECT_EQ(future.deadline(), deadline);
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  work.wait_until_gone();
  EXPECT_TRUE(work.was_stopped());
}

TEST(DeadlineFuture, NobodyPutsTheDeadlineOff) {
  contract("A later deadline than the one that is there changes nothing.", "never-later");
  allow_lasting_threads(1);
  HeldGate may_end;
  const Clock::time_point deadline = Clock::now() + 1h;
  const DeadlineFuture<int> future = go_with_deadline(
      [&] {
        may_end.wait();
        return 7;
      },
      deadline);
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_EQ(future.await_until(deadline + 1h), 7);
  });
  spot.wait_until_parked();
  EXPECT_EQ(future.deadline(), deadline);
  may_end.open();
  awaiter.join();
  EXPECT_EQ(future.deadline(), deadline);
}

TEST(DeadlineFuture, TheCallersTokenEndsTheWork) {
  contract("A stop of go_with_deadline()'s token ends the work, and settles at once.",
           "settled-then-stopped");
  allow_lasting_threads(1);
  const StoppableWork work;
  const auto source = std::make_unique<std::stop_source>();
  const DeadlineFuture<Unit> future =
      go_with_deadline(work.function(), std::nullopt, source->get_token());
  work.wait_until_running();
  source->request_stop();
  EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::operation_canceled);
  work.wait_until_gone();
  EXPECT_TRUE(work.was_stopped());
}

TEST(DeadlineFuture, AnAwaiterCanGiveUp) {
  contract("A stopped awaiter gives up alone: the work goes on.", "a-token-and-a-deadline");
  allow_lasting_threads(1);
  HeldGate may_end;
  const DeadlineFuture<int> future = go_with_deadline([&] {
    may_end.wait();
    return 7;
  });
  const auto impatience = std::make_unique<std::stop_source>();
  impatience->request_stop();
  EXPECT_EQ(gives_up_with([&] { future.await(impatience->get_token()); }),
            std::errc::operation_canceled);
  EXPECT_FALSE(future.ready());
  may_end.open();
  EXPECT_EQ(future.await(), 7);
}

}  // namespace
