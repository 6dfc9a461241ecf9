#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>

#include "06-lazy-future/lazy.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Lazy;
using promissory::RetryLazy;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

/// Thrown by work that was asked to stop.
struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the work has been stopped") {}
};

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

TEST(LazyExplored, WhoeverIsFirstTheWorkIsDoneOnce) {
  contract("Of two first awaiters one begins the work, and both get its value.",
           "once-for-everybody");
  EXPLORE({}) {
    int calls = 0;
    Lazy lazy([&] { return ++calls; });
    std::jthread other([&] { EXPECT_EQ(lazy.await(), 1); });
    EXPECT_EQ(lazy.await(), 1);
  };
}

TEST(LazyExplored, AStopOfTheFirstAwaiterIsNobodyElses) {
  contract("Whenever the first awaiter is stopped, the other one gets the value.",
           "whose-work-is-it");
  EXPLORE({}) {
    Lazy lazy([](const std::stop_token& token) {
      if (token.stop_requested()) throw Stopped();
      return 7;
    });
    std::stop_source impatience;
    std::jthread first([&] {
      const auto gave_up = gives_up_with([&] { EXPECT_EQ(lazy.await(impatience.get_token()), 7); });
      EXPECT_EQ(gave_up.value_or(std::errc::operation_canceled), std::errc::operation_canceled);
    });
    std::jthread patient([&] { EXPECT_EQ(lazy.await(), 7); });
    impatience.request_stop();
  };
}

TEST(LazyExplored, TheEndComesAtAnyTime) {
  contract("The destructor stops and joins the work, wherever it is.", "the-end-of-a-lazy");
  EXPLORE({}) {
    bool has_ended = false;
    Gate begun;
    {
      Lazy<int> lazy([&](const std::stop_token& token) {
        Gate never;
        begun.open();
        never.wait(token);
        has_ended = true;
        return 0;
      });
      std::stop_source impatience;
      std::jthread stopper([&](const std::stop_token& test_is_over) {
        if (begun.wait(test_is_over)) impatience.request_stop();
      });
      EXPECT_EQ(gives_up_with([&] { lazy.await(impatience.get_token()); }),
                std::errc::operation_canceled);
    }
    EXPECT_TRUE(has_ended);
  };
}

TEST(LazyExplored, RetryTellsWhoBeganAnAttemptItsOwnError) {
  contract("However late the waiter of an attempt wakes up, it gets the error of that attempt.",
           "attempts");
  EXPLORE({}) {
    int calls = 0;
    Gate begun;
    RetryLazy<int> lazy([&]() -> int {
      const int attempt = ++calls;
      begun.open();
      throw attempt;
    });
    const auto heard = [&] {
      try {
        return lazy.await();
      } catch (int attempt) {
        return attempt;
      }
    };
    // The first one takes part in attempt 1 for certain, for nobody else asks before it runs.
    std::jthread first([&] { EXPECT_EQ(heard(), 1); });
    begun.wait();
    const int other = heard();
    EXPECT_TRUE(other == 1 || other == 2) << other;
  };
}

TEST(LazyExplored, RetryWhoIsToldAndAsksAgainIsServed) {
  contract("Who hears of a failure and awaits again never hears of the same attempt again.",
           "attempts");
  EXPLORE({}) {
    int calls = 0;
    RetryLazy lazy([&] {
      const int attempt = ++calls;
      if (attempt == 1) throw attempt;
      return attempt;
    });
    const auto insist = [&] {
      try {
        EXPECT_EQ(lazy.await(), 2);
      } catch (int attempt) {
        EXPECT_EQ(attempt, 1);
        EXPECT_NO_THROW(EXPECT_EQ(lazy.await(), 2));
      }
    };
    std::jthread other(insist);
    insist();
    other.join();
    EXPECT_EQ(calls, 2);
  };
}

TEST(LazyExplored, RetryMakesAValueOnce) {
  contract("An awaiter that looks just before an attempt succeeds does not make another one.",
           "attempts");
  EXPLORE({}) {
    int calls = 0;
    RetryLazy lazy([&] { return ++calls; });
    std::jthread other([&] { EXPECT_EQ(lazy.await(), 1); });
    EXPECT_EQ(lazy.await(), 1);
    other.join();
    EXPECT_EQ(lazy.await(), 1);
  };
}

TEST(LazyExplored, RetryANewcomerNeverHearsOfACancellation) {
  contract(
      "Whenever others give up, who stays or comes gets a value, made by one attempt at a "
      "time.",
      "the-last-one-to-leave");
  EXPLORE({}) {
    std::atomic<int> running{0};
    Gate has_left;
    RetryLazy lazy([&](const std::stop_token& token) {
      EXPECT_EQ(++running, 1);
      const bool may_go_on = has_left.wait(token);
      --running;
      if (!may_go_on) throw Stopped();
      return 7;
    });
    std::stop_source impatience;
    std::jthread stopper([&] { impatience.request_stop(); });
    std::jthread patient([&] { EXPECT_NO_THROW(EXPECT_EQ(lazy.await(), 7)); });
    EXPECT_EQ(gives_up_with([&] { lazy.await(impatience.get_token()); }),
              std::errc::operation_canceled);
    has_left.open();
  };
}

TEST(LazyExplored, RetryADeadlineIsAWayToLeave) {
  contract("When the only waiter's deadline passes, the attempt is asked to stop.",
           "the-last-one-to-leave");
  EXPLORE({}) {
    Gate never;
    bool heard = false;
    {
      RetryLazy<int> lazy([&](const std::stop_token& token) -> int {
        heard = !never.wait(token);
        throw Stopped();
      });
      const auto deadline = std::chrono::steady_clock::now() + 1h;
      EXPECT_EQ(gives_up_with([&] { lazy.await_until(deadline); }), std::errc::timed_out);
    }
    EXPECT_TRUE(heard);
  };
}

}  // namespace
