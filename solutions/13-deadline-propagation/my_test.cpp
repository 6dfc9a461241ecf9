// Property: whoever brings the deadline forward, whoever stops, and whenever the work ends,
// everybody gets the same outcome, the deadline is the earliest that anybody came with, work that
// was ended early has been told, and nothing is left to the timer.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <latch>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "13-deadline-propagation/deadline_future.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/leak_checker.hpp"

namespace {

using promissory::DeadlineFuture;
using promissory::DeadlineTimer;
using promissory::go_with_deadline;
using promissory::support::allow_lasting_threads;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// An outcome in words that can be compared.
template <class Wait>
std::optional<std::errc> outcome_of(Wait wait) {
  try {
    wait();
    return std::nullopt;
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  }
}

/// What the work uses, which may outlive the race.
struct Gates {
  Gate may_end;
  Gate was_stopped;
};

/// Work that ends when it is told to, by its token or by a gate.
void race_once(std::mt19937& random) {
  constexpr std::size_t awaiters = 3;
  const auto gates = std::make_shared<Gates>();
  const auto begun = std::make_shared<std::atomic<bool>>(false);
  std::stop_source source;
  const Clock::time_point now = Clock::now();
  // Some are far away, some are now, some have passed.
  const auto any_deadline = [&] {
    constexpr std::array<Clock::duration, 4> distances{1h, 2h, 100us, -1ms};
    return now + distances[random() % distances.size()];
  };
  const auto first_deadline = now + 3h;
  const DeadlineFuture<int> future = go_with_deadline(
      [gates, begun](const std::stop_token& token) {
        *begun = true;
        if (!gates->may_end.wait(token)) gates->was_stopped.open();
        return 7;
      },
      first_deadline, source.get_token());
  const bool stops = random() % 2 == 0;
  std::latch start(awaiters + 2);
  std::array<std::optional<std::errc>, awaiters> seen;
  {
    std::vector<std::jthread> threads;
    threads.reserve(awaiters + 1);
    for (std::size_t i = 0; i < awaiters; ++i) {
      threads.emplace_back([&, i, deadline = any_deadline()] {
        start.arrive_and_wait();
        seen[i] = outcome_of([&] { EXPECT_EQ(future.await_until(deadline), 7); });
      });
    }
    threads.emplace_back([&] {
      start.arrive_and_wait();
      if (stops) {
        source.request_stop();
      } else {
        gates->may_end.open();
      }
    });
    start.arrive_and_wait();
  }
  const auto outcome = outcome_of([&] { EXPECT_EQ(future.await(), 7); });
  EXPECT_EQ(outcome_of([&] { EXPECT_EQ(future.await(), 7); }), outcome);
  // An awaiter gives up at its own deadline; apart from that all of them see the same.
  for (const auto& each : seen) EXPECT_TRUE(each == outcome || each == std::errc::timed_out);
  ASSERT_TRUE(future.deadline());
  EXPECT_LE(*future.deadline(), first_deadline);
  if (stops && *begun) gates->was_stopped.wait();  // it cannot have ended by itself
  gates->may_end.open();
}

TEST(MyDeadlines, EverybodyGetsTheSame) {
  contract("Whoever comes first, everybody gets the same outcome and late work has been stopped.",
           "settled-then-stopped");
  allow_lasting_threads(1);
  std::mt19937 random(13);
  for (int round = 0; round < 100 && !HasFatalFailure(); ++round) race_once(random);
  EXPECT_EQ(DeadlineTimer::instance()->pending(), 0U);
}

}  // namespace
