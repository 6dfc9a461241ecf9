#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "03-cancellation/cancellation.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Result;
using promissory::run_cancellable;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

/// The std::errc that somebody gave up with; nothing for a value or another error.
template <class T>
std::optional<std::errc> reason_of(const Result<T>& result) {
  if (result) return std::nullopt;
  try {
    std::rethrow_exception(result.error());
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  } catch (...) {
    return std::nullopt;
  }
}

TEST(CancellationExplored, EveryAwaiterGetsAnAnswer) {
  contract("One outcome ends the wait of every awaiter; one of them gets the value.",
           "many-awaiters");
  EXPLORE({}) {
    auto shot = run_cancellable({}, [](std::stop_token) { return 7; });
    std::atomic<int> values{0};
    const auto await = [&] {
      if (shot.await()) ++values;
    };
    std::jthread first(await);
    std::jthread second(await);
    await();
    first.join();
    second.join();
    EXPECT_EQ(values, 1);
  };
}

TEST(CancellationExplored, AStopIsHeardWheneverItComes) {
  contract("An awaiter hears its token before, at and after the moment in which it falls asleep.",
           "the-awaiters-token");
  EXPLORE({}) {
    Gate gate;
    auto shot = run_cancellable({}, [&](std::stop_token) {
      gate.wait();
      return 7;
    });
    std::stop_source impatience;
    std::jthread stopper([&] { impatience.request_stop(); });
    EXPECT_EQ(reason_of(shot.await(impatience.get_token())), std::errc::operation_canceled);
    gate.open();
    EXPECT_EQ(shot.await().value(), 7);
  };
}

TEST(CancellationExplored, AnOutcomeThatIsThereIsNotThrownAway) {
  contract("An outcome that is there wins over a stop that is there too.", "who-wins");
  EXPLORE({}) {
    auto shot = run_cancellable({}, [](std::stop_token) { return 7; });
    std::atomic<bool> is_settled{false};
    std::stop_source impatience;
    std::jthread looker([&] {
      // Once somebody was told that the outcome is gone, nobody may be told to give up.
      if (shot.await()) is_settled = true;
      impatience.request_stop();
    });
    const auto result = shot.await(impatience.get_token());
    if (!result && is_settled) {
      EXPECT_NE(reason_of(result), std::errc::operation_canceled);
    }
  };
}

TEST(CancellationExplored, TheProducerHearsBothTokens) {
  contract("The producer is stopped by the caller's token and by request_stop(), whoever is first.",
           "two-tokens");
  EXPLORE({}) {
    std::stop_source caller;
    auto shot = run_cancellable(caller.get_token(), [](std::stop_token token) {
      Gate never;
      return never.wait(token);
    });
    std::jthread other([&] { caller.request_stop(); });
    shot.request_stop();
    EXPECT_EQ(shot.await().value(), false);
  };
}

TEST(CancellationExplored, ADeadlineIsADeadline) {
  contract("An awaiter gives up at its deadline, and the work goes on.", "deadlines");
  EXPLORE({.schedules = 300}) {
    auto shot = run_cancellable({}, [](std::stop_token) {
      std::this_thread::sleep_for(10s);
      return 7;
    });
    const auto deadline = std::chrono::steady_clock::now() + 100ms;
    EXPECT_EQ(reason_of(shot.await_until(deadline)), std::errc::timed_out);
    EXPECT_EQ(shot.await().value(), 7);
  };
}

}  // namespace
