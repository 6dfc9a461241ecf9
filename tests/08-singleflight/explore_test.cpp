#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "08-singleflight/singleflight.hpp"
#include "08-singleflight/user_loader.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Flown;
using promissory::Leaving;
using promissory::SingleFlight;
using promissory::UserLoader;
using promissory::support::contract;
using promissory::support::Gate;
using Flights = SingleFlight<int, int>;

/// Thrown by a flight that was asked to stop.
struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the flight has been stopped") {}
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

TEST(SingleFlightExplored, TwoCallersShareOrTakeTurns) {
  contract("Two callers share one flight, or have one each; never two in the air at a time.",
           "one-flight-for-all");
  EXPLORE({}) {
    Flights flights;
    int calls = 0;  // no atomic: two flights in the air would be a data race
    const auto ask = [&] { return flights.run(1, [&] { return ++calls; }); };
    std::optional<Flown<int>> other;
    std::jthread other_caller([&] { other = ask(); });
    const Flown<int> mine = ask();
    other_caller.join();
    EXPECT_EQ(mine.shared, other->shared);
    EXPECT_EQ(mine.shared, mine.value == other->value);
    EXPECT_EQ(calls, mine.shared ? 1 : 2);
  };
}

TEST(SingleFlightExplored, WhoHearsAndAsksAgainGetsAnotherFlight) {
  contract("A flight that has landed is joined by nobody.", "the-key-is-free");
  EXPLORE({}) {
    Flights flights;
    int calls = 0;
    const auto ask = [&] { return flights.run(1, [&] { return ++calls; }).value; };
    std::jthread other(ask);
    const int first = ask();
    const int second = ask();
    EXPECT_GT(second, first);
  };
}

TEST(SingleFlightExplored, AStopOfTheFirstCallerIsNobodyElses) {
  contract("Whenever the caller that started the flight gives up, the other one is served.",
           "whose-token");
  EXPLORE({}) {
    Flights flights(Leaving::refcounted);
    const auto fly = [](const std::stop_token& token) {
      if (token.stop_requested()) throw Stopped();
      return 7;
    };
    std::stop_source impatience;
    std::jthread first([&] {
      const auto gave_up =
          gives_up_with([&] { EXPECT_EQ(flights.run(1, fly, impatience.get_token()).value, 7); });
      EXPECT_EQ(gave_up.value_or(std::errc::operation_canceled), std::errc::operation_canceled);
    });
    std::jthread patient([&] { EXPECT_NO_THROW(EXPECT_EQ(flights.run(1, fly).value, 7)); });
    impatience.request_stop();
  };
}

TEST(SingleFlightExplored, RefcountedNobodyHearsOfAnothersCancellation) {
  contract("Refcounted, whoever comes while the last caller leaves is served by a live flight.",
           "two-ways-to-leave");
  EXPLORE({}) {
    Flights flights(Leaving::refcounted);
    Gate has_left;
    const auto fly = [&](const std::stop_token& token) {
      if (!has_left.wait(token)) throw Stopped();
      return 7;
    };
    std::stop_source impatience;
    std::jthread stopper([&] { impatience.request_stop(); });
    std::jthread patient([&] { EXPECT_NO_THROW(EXPECT_EQ(flights.run(1, fly).value, 7)); });
    EXPECT_EQ(gives_up_with([&] { flights.run(1, fly, impatience.get_token()); }),
              std::errc::operation_canceled);
    has_left.open();
  };
}

TEST(SingleFlightExplored, TheEndComesAtAnyTime) {
  contract("The destructor stops and awaits a flight that its caller has left, wherever it is.",
           "the-end-of-the-flights");
  EXPLORE({}) {
    bool has_ended = false;
    {
      Gate begun;
      Flights flights(Leaving::detached);
      const auto fly = [&](const std::stop_token& token) {
        Gate never;
        begun.open();
        never.wait(token);
        has_ended = true;
        return 7;
      };
      std::stop_source impatience;
      std::jthread stopper([&](const std::stop_token& test_is_over) {
        if (begun.wait(test_is_over)) impatience.request_stop();
      });
      EXPECT_EQ(gives_up_with([&] { flights.run(1, fly, impatience.get_token()); }),
                std::errc::operation_canceled);
    }
    EXPECT_TRUE(has_ended);
  };
}

TEST(SingleFlightExplored, ForgetMayComeAtAnyTime) {
  contract("However forget() meets a flight, its callers are served and the key is free at last.",
           "forget");
  EXPLORE({}) {
    Flights flights;
    std::atomic<int> calls{0};
    const auto ask = [&] { return flights.run(1, [&] { return ++calls; }).value; };
    std::jthread caller([&] { EXPECT_GE(ask(), 1); });
    std::jthread forgetful([&] { flights.forget(1); });
    EXPECT_GE(ask(), 1);
    caller.join();
    forgetful.join();
    const int before = calls;
    EXPECT_EQ(ask(), before + 1);
  };
}

TEST(SingleFlightExplored, AForgottenFlightLeavesItsSuccessorAlone) {
  contract("A forgotten flight that lands does not free the key of the flight after it.", "forget");
  EXPLORE({}) {
    Flights flights;
    Gate begun;
    std::jthread old([&] {
      const auto fly = [&] {
        begun.open();
        return 1;
      };
      EXPECT_EQ(flights.run(1, fly).value, 1);
    });
    begun.wait();
    flights.forget(1);
    std::atomic<int> in_the_air{0};
    Gate gate;
    const auto ask = [&] {
      const auto fly = [&] {
        EXPECT_EQ(++in_the_air, 1);
        gate.wait();
        --in_the_air;
        return 2;
      };
      EXPECT_EQ(flights.run(1, fly).value, 2);
    };
    std::jthread second(ask);
    std::jthread third(ask);
    old.join();
    gate.open();
  };
}

TEST(SingleFlightExplored, ALoaderServesTwo) {
  contract("Two who ask for the same user get that user, and the loader can go at once.",
           "a-loader-of-users");
  EXPLORE({.schedules = 500}) {
    UserLoader loader([](const std::string& id, const std::stop_token&) {
      return UserLoader::User{id, "Alice"};
    });
    std::jthread other([&] { EXPECT_EQ(loader.get("a").name, "Alice"); });
    EXPECT_EQ(loader.get("a").id, "a");
  };
}

}  // namespace
