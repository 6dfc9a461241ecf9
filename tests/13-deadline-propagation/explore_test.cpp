// Time is virtual here: it stands still while anybody can run, and then jumps to the next deadline.
// So these tests may say exactly how long something takes.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "13-deadline-propagation/deadline_future.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::DeadlineFuture;
using promissory::DeadlineTimer;
using promissory::go_with_deadline;
using promissory::Result;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

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

/// Takes until then, as a backend does: nobody answers.
void pass_time_until(Clock::time_point when) {
  const auto unanswered = promissory::make_future<Unit>();
  gives_up_with([&] { unanswered.first.await_until(when); });
}

TEST(DeadlineFutureExplored, TheEarliestDeadlineEndsIt) {
  contract("Whoever comes with which deadline, the earliest of all ends the work, and no other.",
           "never-later");
  EXPLORE({.schedules = 500}) {
    const Clock::time_point start = Clock::now();
    const auto never = std::make_shared<Gate>();
    const DeadlineFuture<Unit> future = go_with_deadline(
        [never](const std::stop_token& token) { never->wait(token); }, start + 30ms);
    std::jthread hurried([&] {
      EXPECT_EQ(gives_up_with([&] { future.await_until(start + 10ms); }), std::errc::timed_out);
    });
    std::jthread patient([&] {
      EXPECT_EQ(gives_up_with([&] { future.await_until(start + 20ms); }), std::errc::timed_out);
    });
    EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
    EXPECT_EQ(Clock::now() - start, 10ms);
    EXPECT_EQ(future.deadline(), start + 10ms);
  };
}

TEST(DeadlineFutureExplored, NobodyPutsItOff) {
  contract("A patient awaiter does not give the work more time than it had.", "never-later");
  EXPLORE({.schedules = 500}) {
    const Clock::time_point start = Clock::now();
    const auto never = std::make_shared<Gate>();
    const DeadlineFuture<Unit> future = go_with_deadline(
        [never](const std::stop_token& token) { never->wait(token); }, start + 10ms);
    EXPECT_EQ(gives_up_with([&] { future.await_until(start + 1h); }), std::errc::timed_out);
    EXPECT_EQ(Clock::now() - start, 10ms);
  };
}

TEST(DeadlineFutureExplored, WorkAndDeadlineMeet) {
  contract("Work that ends as its deadline passes is kept or timed out, once, for everybody.",
           "settled-then-stopped");
  EXPLORE({}) {
    const Clock::time_point meeting = Clock::now() + 10ms;
    const DeadlineFuture<int> future = go_with_deadline([&] {
      pass_time_until(meeting);
      return 7;
    });
    std::atomic<int> calls{0};
    future.future().on_ready([&](const Result<int>&) { ++calls; });
    const auto look = [&] { return gives_up_with([&] { EXPECT_EQ(future.await(), 7); }); };
    std::jthread hurried([&] { gives_up_with([&] { future.await_until(meeting); }); });
    const auto first = look();
    hurried.join();
    EXPECT_EQ(look(), first);
    EXPECT_EQ(DeadlineTimer::instance()->pending(), 0U);
  };
}

TEST(DeadlineFutureExplored, TheDeadlineAnswersBeforeTheWork) {
  contract("Work that throws because it was stopped is too late to be heard.",
           "settled-then-stopped");
  EXPLORE({.schedules = 500}) {
    const auto never = std::make_shared<Gate>();
    const auto future = go_with_deadline(
        [never](const std::stop_token& token) -> int {
          never->wait(token);
          throw std::runtime_error("I was stopped");
        },
        Clock::now() + 10ms);
    EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::timed_out);
  };
}

TEST(DeadlineFutureExplored, AStopIsHeardWheneverItComes) {
  contract("A stop of the caller's token settles, before, while and after the work begins.",
           "settled-then-stopped");
  EXPLORE({.schedules = 500}) {
    const auto never = std::make_shared<Gate>();
    std::stop_source source;
    const DeadlineFuture<Unit> future =
        go_with_deadline([never](const std::stop_token& token) { never->wait(token); },
                         Clock::now() + 10ms, source.get_token());
    std::jthread stopper([&] { source.request_stop(); });
    EXPECT_EQ(gives_up_with([&] { future.await(); }), std::errc::operation_canceled);
  };
}

TEST(DeadlineFutureExplored, TheTimerIsThereForWhoeverComes) {
  contract("A call that is asked for as the timer has nothing left to do is made.", "one-timer");
  EXPLORE({}) {
    const auto timer = DeadlineTimer::instance();
    Gate first_called;
    Gate second_called;
    timer->call_at(Clock::now(), [&] { first_called.open(); });
    first_called.wait();
    timer->call_at(Clock::now() + 1ms, [&] { second_called.open(); });
    second_called.wait();
  };
}

TEST(DeadlineFutureExplored, AnEarlierCallGoesBefore) {
  contract("A call that is earlier than the one the timer sleeps for wakes it in time.",
           "one-timer");
  EXPLORE({}) {
    const Clock::time_point start = Clock::now();
    const auto timer = DeadlineTimer::instance();
    Gate called;
    const auto far = timer->call_at(start + 1h, [] {});
    std::jthread asking([&] { timer->call_at(start + 1ms, [&] { called.open(); }); });
    called.wait();
    EXPECT_EQ(Clock::now() - start, 1ms);
    EXPECT_TRUE(timer->cancel(far));
  };
}

TEST(DeadlineFutureExplored, ACallIsMadeOrCancelled) {
  contract("A call that is cancelled as it becomes due is either made or not; cancel() knows.",
           "one-timer");
  EXPLORE({}) {
    const auto timer = DeadlineTimer::instance();
    Gate called;
    std::atomic<bool> was_called{false};
    const Clock::time_point due = Clock::now() + 1ms;
    const auto alarm = timer->call_at(due, [&] {
      was_called = true;
      called.open();
    });
    bool was_cancelled = false;
    std::jthread([&] {
      pass_time_until(due);
      was_cancelled = timer->cancel(alarm);
    }).join();
    if (!was_cancelled) called.wait();
    EXPECT_NE(was_called.load(), was_cancelled);
  };
}

}  // namespace
