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
#include <utility>
#include <vector>

#include "03-cancellation/cancellation.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"

namespace {

using promissory::CancellableOneShot;
using promissory::Result;
using promissory::run_cancellable;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::ParkingSpot;
using promissory::support::ThrowsOnMove;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Opens the gate at the end of its scope: a test that fails half-way leaves no thread waiting.
struct OpenAtExit {
  Gate& gate;
  ~OpenAtExit() { gate.open(); }
};

/// In one place only, because g++ 12 takes the second for a use of uninitialized memory.
std::stop_source new_source() {
  return {};
}

/// A token that has been stopped.
std::stop_token stopped() {
  std::stop_source source = new_source();
  source.request_stop();
  return source.get_token();
}

template <class T>
bool failed_with(std::errc expected, const Result<T>& result) {
  if (result.has_value()) return false;
  try {
    std::rethrow_exception(result.error());
  } catch (const std::system_error& error) {
    return error.code() == expected;
  } catch (...) {
    return false;
  }
}

template <class T>
bool was_canceled(const Result<T>& result) {
  return failed_with(std::errc::operation_canceled, result);
}

template <class T>
bool has_timed_out(const Result<T>& result) {
  return failed_with(std::errc::timed_out, result);
}

template <class T>
bool is_no_state(const Result<T>& result) {
  if (result.has_value()) return false;
  try {
    std::rethrow_exception(result.error());
  } catch (const std::future_error& error) {
    return error.code() == std::future_errc::no_state;
  } catch (...) {
    return false;
  }
}

TEST(CancellationHidden, ATokenStoppedBeforeTheStartIsSeenFromTheFirstLine) {
  contract("A function that starts under a stopped token sees that from its first line.",
           "the-producers-token");
  auto shot = run_cancellable(stopped(), [](std::stop_token token) {
    return token.stop_possible() && token.stop_requested();
  });
  EXPECT_TRUE(shot.await().value());
}

TEST(CancellationHidden, TheProducerCanRegisterForTheStop) {
  contract("The function gets a real token: a stop_callback on it runs when it is stopped.",
           "the-producers-token");
  std::stop_source source = new_source();
  Gate called;
  auto shot = run_cancellable(source.get_token(), [&](std::stop_token token) {
    std::stop_callback callback(token, [&] { called.open(); });
    called.wait();
    return 1;
  });
  OpenAtExit opened{called};
  source.request_stop();
  EXPECT_EQ(shot.await().value(), 1);
}

TEST(CancellationHidden, StoppingOneShotStopsNobodyElse) {
  contract("request_stop() and the destructor stop their own function, not the caller's token.",
           "the-producers-token");
  std::stop_source source = new_source();
  Gate gate;
  const auto wait = [&](std::stop_token token) { return gate.wait(token); };
  auto first = run_cancellable(source.get_token(), wait);
  auto second = run_cancellable(source.get_token(), wait);
  OpenAtExit opened{gate};
  { [[maybe_unused]] auto third = run_cancellable(source.get_token(), wait); }
  first.request_stop();
  EXPECT_FALSE(first.await().value());
  EXPECT_FALSE(source.stop_requested());
  gate.open();
  EXPECT_TRUE(second.await().value());
}

TEST(CancellationHidden, AnAwaiterThatGivesUpDoesNotStopTheProducer) {
  contract("The token of an awaiter is not the token of the function.",
           "giving-up-is-not-stopping");
  Gate gate;
  ParkingSpot spot;
  std::stop_source impatience = new_source();
  std::optional<Result<bool>> given_up;
  auto shot = run_cancellable({}, [&](std::stop_token token) {
    gate.wait();
    return token.stop_requested();
  });
  OpenAtExit opened{gate};
  {
    std::jthread awaiter([&] {
      spot.arriving();
      given_up.emplace(shot.await(impatience.get_token()));
    });
    spot.wait_until_parked();
    impatience.request_stop();
  }
  EXPECT_TRUE(was_canceled(*given_up));
  EXPECT_TRUE(has_timed_out(shot.await_until(Clock::now())));
  gate.open();
  EXPECT_FALSE(shot.await().value());
}

TEST(CancellationHidden, OneTokenMayServeBothSides) {
  contract("With one token on both sides, one stop ends the wait and the work.",
           "giving-up-is-not-stopping");
  Gate never;
  ParkingSpot spot;
  std::stop_source source = new_source();
  std::optional<Result<bool>> result;
  auto shot =
      run_cancellable(source.get_token(), [&](std::stop_token token) { return never.wait(token); });
  OpenAtExit opened{never};
  {
    std::jthread awaiter([&] {
      spot.arriving();
      result.emplace(shot.await(source.get_token()));
    });
    spot.wait_until_parked();
    source.request_stop();
  }
  if (result->has_value()) {
    EXPECT_FALSE(result->value());
  } else {
    EXPECT_TRUE(was_canceled(*result));
    EXPECT_FALSE(shot.await().value());
  }
}

TEST(CancellationHidden, AParkedAwaiterHearsItsToken) {
  contract("An awaiter that is already asleep wakes when its token is stopped, deadline or not.",
           "the-awaiters-token");
  Gate gate;
  std::array<ParkingSpot, 2> spots;
  std::stop_source impatience = new_source();
  std::array<std::optional<Result<bool>>, 2> results;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  OpenAtExit opened{gate};
  {
    std::jthread without([&] {
      spots[0].arriving();
      results[0].emplace(shot.await(impatience.get_token()));
    });
    std::jthread with([&] {
      spots[1].arriving();
      results[1].emplace(shot.await_until(Clock::time_point::max(), impatience.get_token()));
    });
    for (const auto& spot : spots) spot.wait_until_parked();
    impatience.request_stop();
  }
  EXPECT_TRUE(was_canceled(*results[0]));
  EXPECT_TRUE(was_canceled(*results[1]));
}

TEST(CancellationHidden, StoppingOneAwaiterLeavesTheOthers) {
  contract("Each awaiter has a token of its own: the stop of one is no business of the others.",
           "the-awaiters-token");
  Gate gate;
  ParkingSpot patient_spot;
  ParkingSpot impatient_spot;
  std::stop_source impatience = new_source();
  std::optional<Result<int>> patient;
  std::optional<Result<int>> impatient;
  auto shot = run_cancellable({}, [&](std::stop_token) {
    gate.wait();
    return 3;
  });
  OpenAtExit opened{gate};
  {
    std::jthread stays([&] {
      patient_spot.arriving();
      patient.emplace(shot.await());
    });
    std::jthread leaves([&] {
      impatient_spot.arriving();
      impatient.emplace(shot.await(impatience.get_token()));
    });
    patient_spot.wait_until_parked();
    impatient_spot.wait_until_parked();
    impatience.request_stop();
    leaves.join();
    gate.open();
  }
  EXPECT_TRUE(was_canceled(*impatient));
  EXPECT_EQ(patient->value(), 3);
}

TEST(CancellationHidden, EveryAwaiterGetsAnAnswer) {
  contract("One of many awaiters gets the outcome; all others are told that it is gone.",
           "many-awaiters");
  constexpr int all = 4;
  Gate gate;
  std::array<ParkingSpot, all> spots;
  std::array<std::optional<Result<int>>, all> results;
  auto shot = run_cancellable({}, [&](std::stop_token) {
    gate.wait();
    return 9;
  });
  {
    std::vector<std::jthread> awaiters;
    OpenAtExit opened{gate};
    for (int i = 0; i < all; ++i) {
      awaiters.emplace_back([&, i] {
        spots[i].arriving();
        results[i].emplace(shot.await());
      });
    }
    for (const auto& spot : spots) spot.wait_until_parked();
  }
  int values = 0;
  for (const auto& result : results) {
    values += result->value_or(0) == 9 ? 1 : 0;
    EXPECT_TRUE(result->has_value() || is_no_state(*result));
  }
  EXPECT_EQ(values, 1);
}

TEST(CancellationHidden, AnOutcomeThatIsThereWinsOverAStop) {
  contract("An awaiter with a stopped token gets the outcome when it is there.", "who-wins");
  auto shot = run_cancellable({}, [](std::stop_token) { return 5; });
  // The outcome will be there at some time, and from then on the stop does not matter.
  Result<int> result = shot.await(stopped());
  while (was_canceled(result)) {
    std::this_thread::yield();
    result = shot.await(stopped());
  }
  EXPECT_EQ(result.value(), 5);
}

TEST(CancellationHidden, AnOutcomeThatIsThereWinsOverADeadline) {
  contract("An awaiter whose deadline has passed gets the outcome when it is there.", "who-wins");
  auto shot = run_cancellable({}, [](std::stop_token) { return 5; });
  Result<int> result = shot.await_until(Clock::time_point::min());
  while (has_timed_out(result)) {
    std::this_thread::yield();
    result = shot.await_until(Clock::time_point::min());
  }
  EXPECT_EQ(result.value(), 5);
}

TEST(CancellationHidden, GoneIsAnOutcomeToo) {
  contract("After the outcome is handed out nobody waits, and nobody is told anything else.",
           "who-wins");
  auto shot = run_cancellable({}, [](std::stop_token) { return 5; });
  EXPECT_EQ(shot.await_until(Clock::time_point::max()).value(), 5);
  EXPECT_TRUE(is_no_state(shot.await(stopped())));
  EXPECT_TRUE(is_no_state(shot.await()));
  EXPECT_TRUE(is_no_state(shot.await_until(Clock::time_point::min())));
  EXPECT_TRUE(is_no_state(shot.await_until(Clock::time_point::min(), stopped())));
}

TEST(CancellationHidden, AStopWinsOverADeadline) {
  contract("When the token is stopped and the deadline has passed, the answer is canceled.",
           "who-wins");
  Gate gate;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  EXPECT_TRUE(was_canceled(shot.await_until(Clock::time_point::min(), stopped())));
  EXPECT_TRUE(was_canceled(shot.await_until(Clock::time_point::max(), stopped())));
  EXPECT_TRUE(has_timed_out(shot.await_until(Clock::time_point::min())));
}

TEST(CancellationHidden, GivesUpNoEarlierThanItsDeadline) {
  contract("await_until gives up no earlier than its deadline.", "deadlines");
  Gate gate;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  const auto deadline = Clock::now() + 20ms;
  EXPECT_TRUE(has_timed_out(shot.await_until(deadline, new_source().get_token())));
  EXPECT_GE(Clock::now(), deadline);
}

TEST(CancellationHidden, TheEndOfTimeNeverComes) {
  contract("A deadline at the end of time is no deadline.", "deadlines");
  Gate gate;
  ParkingSpot spot;
  std::optional<Result<int>> result;
  auto shot = run_cancellable({}, [&](std::stop_token) {
    gate.wait();
    return 4;
  });
  OpenAtExit opened{gate};
  {
    std::jthread awaiter([&] {
      spot.arriving();
      result.emplace(shot.await_until(Clock::time_point::max()));
    });
    spot.wait_until_parked();
    gate.open();
  }
  EXPECT_EQ(result->value_or(0), 4);
}

TEST(CancellationHidden, GivingUpAThousandTimesChangesNothing) {
  contract("However often awaiters give up, the outcome is still there for the one that stays.",
           "giving-up-is-not-stopping");
  Gate gate;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  OpenAtExit opened{gate};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(was_canceled(shot.await(stopped())));
    ASSERT_TRUE(has_timed_out(shot.await_until(Clock::time_point::min())));
  }
  gate.open();
  EXPECT_TRUE(shot.await().value());
}

TEST(CancellationHidden, WhatAStoppedProducerThrowsArrives) {
  contract("A stopped function may still end with a value or an error of its own, and it arrives.",
           "giving-up-is-not-stopping");
  Gate never;
  auto shot = run_cancellable({}, [&](std::stop_token token) -> int {
    never.wait(token);
    throw std::range_error("half of it was written");
  });
  shot.request_stop();
  EXPECT_THROW(static_cast<void>(shot.await().value()), std::range_error);
}

TEST(CancellationHidden, NothingEscapesTheThread) {
  contract("Anything that is thrown arrives as an error, also a move that fails.", "two-tokens");
  auto number = run_cancellable({}, [](std::stop_token) -> int { throw 7; });
  auto text = run_cancellable({}, [](std::stop_token) { throw std::string("text"); });
  auto armed = run_cancellable({}, [](std::stop_token) { return ThrowsOnMove(1); });
  const Result<int> result = number.await();
  ASSERT_FALSE(result.has_value());
  EXPECT_THROW(std::rethrow_exception(result.error()), int);
  EXPECT_FALSE(text.await().has_value());
  EXPECT_FALSE(armed.await().has_value());
}

TEST(CancellationHidden, CarriesWhatCanOnlyBeMoved) {
  contract("Function and value may be move-only, and a Result is not put into a Result.",
           "two-tokens");
  CancellableOneShot<MoveOnly> moved = run_cancellable(
      {}, [value = MoveOnly(6)](std::stop_token) mutable { return std::move(value); });
  Result<MoveOnly> result = moved.await();
  EXPECT_EQ(*result.value().value, 6);
  CancellableOneShot<int> flat =
      run_cancellable({}, [](std::stop_token) { return Result<int>(2); });
  EXPECT_EQ(flat.await().value(), 2);
  CancellableOneShot<Unit> nothing = run_cancellable({}, [](std::stop_token) {});
  EXPECT_TRUE(nothing.await().has_value());
}

TEST(CancellationHidden, TheDestructorStopsTheProducerAndWaitsForItsEnd) {
  contract("The destructor returns when the stopped function has ended, and not before.",
           "giving-up-is-not-stopping");
  Gate never;
  Gate last_words;
  ParkingSpot spot;
  std::atomic<bool> done = false;
  bool done_after_reset = false;
  auto shot = std::make_optional(run_cancellable({}, [&](std::stop_token token) {
    never.wait(token);
    last_words.wait();
    done = true;
  }));
  OpenAtExit opened{last_words};
  {
    std::jthread owner([&] {
      spot.arriving();
      shot.reset();
      done_after_reset = done;
    });
    spot.wait_until_parked();
    last_words.open();
  }
  EXPECT_TRUE(done_after_reset);
}

TEST(CancellationHidden, AssigningOverItStopsTheOldProducer) {
  contract("A one-shot that is assigned over stops its producer and waits for it.",
           "giving-up-is-not-stopping");
  Gate never;
  OpenAtExit opened{never};
  std::atomic<bool> stopped_first = false;
  auto shot = run_cancellable({}, [&](std::stop_token token) {
    stopped_first = !never.wait(token);
    return 1;
  });
  shot = run_cancellable({}, [](std::stop_token) { return 2; });
  EXPECT_TRUE(stopped_first);
  EXPECT_EQ(shot.await().value(), 2);
}

TEST(CancellationHidden, MovesWhileItsThreadRuns) {
  contract("A one-shot can be moved while it runs; what is left behind says no_state.",
           "two-tokens");
  Gate gate;
  auto source = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  OpenAtExit opened{gate};
  auto target = std::move(source);
  EXPECT_TRUE(is_no_state(source.await()));  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(is_no_state(source.await_until(Clock::time_point::max())));
  EXPECT_FALSE(source.request_stop());
  gate.open();
  EXPECT_TRUE(target.await().value());
}

TEST(CancellationHidden, AStopAfterTheEndTouchesNothing) {
  contract("A token that outlives the work may be stopped at any time later.",
           "the-producers-token");
  std::stop_source source = new_source();
  {
    auto shot = run_cancellable(source.get_token(), [](std::stop_token) { return 1; });
    EXPECT_EQ(shot.await(source.get_token()).value(), 1);
  }
  EXPECT_TRUE(source.request_stop());
}

TEST(CancellationHidden, NothingIsLeftBehind) {
  contract("Values that are handed over, given up on or dropped are freed.",
           "giving-up-is-not-stopping");
  std::atomic<int> alive = 0;
  {
    auto taken = run_cancellable({}, [&](std::stop_token) { return Counted(alive, 1); });
    auto left = run_cancellable({}, [&](std::stop_token) { return Counted(alive, 2); });
    EXPECT_EQ(taken.await().value().value, 1);
    static_cast<void>(left.await(stopped()));
  }
  EXPECT_EQ(alive, 0);
}

TEST(CancellationHidden, AStopAndAnOutcomeThatMeet) {
  contract("When a stop and the outcome come at the same moment, one wins and nothing is lost.",
           "who-wins");
  for (int round = 0; round < 200; ++round) {
    std::latch together(3);
    std::stop_source impatience = new_source();
    auto shot = run_cancellable({}, [&](std::stop_token) {
      together.arrive_and_wait();
      return round;
    });
    std::jthread stopper([&] {
      together.arrive_and_wait();
      impatience.request_stop();
    });
    together.arrive_and_wait();
    const Result<int> result = shot.await(impatience.get_token());
    if (was_canceled(result)) {
      ASSERT_EQ(shot.await().value(), round);
    } else {
      ASSERT_EQ(result.value(), round);
    }
  }
}

}  // namespace
