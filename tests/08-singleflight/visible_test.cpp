// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "08-singleflight/singleflight.hpp"
#include "08-singleflight/user_loader.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Flown;
using promissory::Leaving;
using promissory::SingleFlight;
using promissory::UserLoader;
using promissory::support::contract;
using promissory::support::Crowd;
using promissory::support::Gate;
using promissory::support::HeldGate;
using Flights = SingleFlight<std::string, int>;

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

/// Thrown by a flight that was asked to stop.
struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the flight has been stopped") {}
};

/// Calls run() and gives up when `begun` is open: when the flight is in the air.
template <class F>
std::optional<std::errc> give_up_once(Gate& begun, Flights& flights, const std::string& key, F fn) {
  std::stop_source impatience;
  std::jthread stopper([&](const std::stop_token& test_is_over) {
    if (begun.wait(test_is_over)) impatience.request_stop();
  });
  return gives_up_with([&] { flights.run(key, fn, impatience.get_token()); });
}

TEST(SingleFlight, BringsWhatTheFunctionMakes) {
  contract("run() calls the function and brings its value; alone, it is not shared.",
           "one-flight-for-all");
  Flights flights;
  const Flown<int> flown = flights.run("seven", [] { return 7; });
  EXPECT_EQ(flown.value, 7);
  EXPECT_FALSE(flown.shared);
}

TEST(SingleFlight, ThrowsWhatTheFunctionThrows) {
  contract("What the function throws is thrown to the caller.", "errors-are-shared");
  Flights flights;
  EXPECT_THROW(flights.run("key", []() -> int { throw std::runtime_error("no route"); }),
               std::runtime_error);
}

TEST(SingleFlight, KeepsNothing) {
  contract("When a flight has landed, with a value or an error, its key is free for another.",
           "the-key-is-free");
  Flights flights;
  int calls = 0;
  EXPECT_EQ(flights.run("key", [&] { return ++calls; }).value, 1);
  EXPECT_EQ(flights.run("key", [&] { return ++calls; }).value, 2);
  EXPECT_THROW(flights.run("key", []() -> int { throw std::runtime_error("no route"); }),
               std::runtime_error);
  EXPECT_EQ(flights.run("key", [&] { return ++calls; }).value, 3);
}

TEST(SingleFlight, CallersShareOneFlight) {
  contract("Who asks for a key whose flight is in the air joins it and gets a copy of its value.",
           "one-flight-for-all");
  Flights flights;
  EXPECT_EQ(flights.run("written?", [] { return 1; }).value, 1);
  std::atomic<int> calls{0};
  HeldGate gate;
  Crowd crowd;
  std::vector<std::jthread> callers;
  callers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      crowd.arriving();
      const Flown<int> flown = flights.run("key", [&] {
        crowd.arriving();
        gate.wait();
        return ++calls;
      });
      EXPECT_EQ(flown.value, 1);
      EXPECT_TRUE(flown.shared);
    });
  }
  crowd.wait_until_parked(5);  // the callers and the flight
  gate.open();
  callers.clear();
  EXPECT_EQ(calls.load(), 1);
}

TEST(SingleFlight, OtherKeysFlyOnTheirOwn) {
  contract("Flights for different keys are in the air at the same time.", "one-flight-for-all");
  Flights flights;
  const Flown<int> outer =
      flights.run("outer", [&] { return flights.run("inner", [] { return 1; }).value + 1; });
  EXPECT_EQ(outer.value, 2);
}

TEST(SingleFlight, ItsOwnKeyIsRefused) {
  contract("run() from inside the flight of the same key throws, for it would wait for itself.",
           "waiting-for-yourself");
  Flights flights;
  const auto recursion = [&] {
    flights.run("key", [&] { return flights.run("key", [] { return 1; }).value; });
  };
  EXPECT_EQ(gives_up_with(recursion), std::errc::resource_deadlock_would_occur);
}

TEST(SingleFlight, TheFirstCallerMayGiveUp) {
  contract("A caller's token ends that caller's wait; the flight goes on for the others.",
           "whose-token");
  Flights flights;
  EXPECT_EQ(flights.run("written?", [] { return 1; }).value, 1);
  HeldGate begun;
  HeldGate gate;
  std::jthread other;
  const auto gave_up = give_up_once(begun, flights, "key", [&](const std::stop_token& token) {
    Crowd crowd;
    other = std::jthread([&] {
      crowd.arriving();
      EXPECT_EQ(flights.run("key", [] { return 8; }).value, 7);
    });
    crowd.wait_until_parked(1);
    begun.open();
    if (!gate.wait(token)) throw Stopped();
    return 7;
  });
  EXPECT_EQ(gave_up, std::errc::operation_canceled);
  gate.open();
  if (other.joinable()) other.join();
}

TEST(SingleFlight, DetachedItFliesOnForWhoeverComes) {
  contract("Detached, a flight goes on when all have left, and serves who comes later.",
           "two-ways-to-leave");
  Flights flights(Leaving::detached);
  HeldGate begun;
  HeldGate gate;
  const auto gave_up = give_up_once(begun, flights, "key", [&](const std::stop_token& token) {
    begun.open();
    if (!gate.wait(token)) throw Stopped();
    return 7;
  });
  EXPECT_EQ(gave_up, std::errc::operation_canceled);
  Crowd crowd;
  std::jthread late([&] {
    crowd.arriving();
    EXPECT_EQ(flights.run("key", [] { return 8; }).value, 7);
  });
  crowd.wait_until_parked(1);
  gate.open();
}

TEST(SingleFlight, RefcountedItStopsWithTheLastCaller) {
  contract("Refcounted, a flight is asked to stop when its last caller has left.",
           "two-ways-to-leave");
  Flights flights(Leaving::refcounted);
  HeldGate begun;
  HeldGate never;
  HeldGate heard;
  const auto gave_up = give_up_once(begun, flights, "key", [&](const std::stop_token& token) {
    begun.open();
    if (!never.wait(token)) heard.open();
    return 7;
  });
  EXPECT_EQ(gave_up, std::errc::operation_canceled);
  if (gave_up) heard.wait();
  EXPECT_EQ(flights.run("key", [] { return 8; }).value, 8);
}

TEST(SingleFlight, ForgetFreesTheKey) {
  contract("After forget() the next caller starts another flight; the old one flies on.", "forget");
  Flights flights;
  EXPECT_EQ(flights.run("written?", [] { return 1; }).value, 1);
  HeldGate begun;
  HeldGate gate;
  std::jthread old([&] {
    const auto fly = [&] {
      begun.open();
      gate.wait();
      return 1;
    };
    EXPECT_EQ(flights.run("key", fly).value, 1);
  });
  begun.wait();
  flights.forget("key");
  EXPECT_EQ(flights.run("key", [] { return 2; }).value, 2);
  gate.open();
}

TEST(SingleFlight, ItsEndStopsTheFlights) {
  contract("The destructor asks all flights to stop and waits until they are down.",
           "the-end-of-the-flights");
  bool heard = false;
  {
    HeldGate begun;
    HeldGate never;
    Flights flights(Leaving::detached);
    const auto gave_up = give_up_once(begun, flights, "key", [&](const std::stop_token& token) {
      begun.open();
      heard = !never.wait(token);
      return 7;
    });
    EXPECT_EQ(gave_up, std::errc::operation_canceled);
  }
  EXPECT_TRUE(heard);
}

TEST(SingleFlight, AUserIsLoadedOnce) {
  contract("All who ask for the same user at the same time cost the backend one call.",
           "a-loader-of-users");
  std::atomic<int> calls{0};
  HeldGate gate;
  Crowd crowd;
  UserLoader loader([&](const std::string& id, const std::stop_token&) {
    if (id == "nobody") throw std::runtime_error("no such user");
    ++calls;
    crowd.arriving();
    gate.wait();
    return UserLoader::User{id, "Alice"};
  });
  EXPECT_THROW(loader.get("nobody"), std::runtime_error);
  std::vector<std::jthread> callers;
  callers.reserve(6);
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&] {
      crowd.arriving();
      EXPECT_EQ(loader.get("alice"), (UserLoader::User{"alice", "Alice"}));
    });
  }
  crowd.wait_until_parked(7);  // the callers and the load
  gate.open();
  callers.clear();
  EXPECT_EQ(calls.load(), 1);
}

}  // namespace
