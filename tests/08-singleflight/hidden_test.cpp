#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <exception>
#include <functional>
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

#include "08-singleflight/singleflight.hpp"
#include "08-singleflight/user_loader.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"
#include "support/uninstrumented.hpp"

namespace {

using promissory::failure;
using promissory::Flown;
using promissory::Leaving;
using promissory::Result;
using promissory::SingleFlight;
using promissory::Unit;
using promissory::UserLoader;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::Crowd;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using promissory::support::ThrowsOnMove;
using Flights = SingleFlight<std::string, int>;
using User = UserLoader::User;

// Threads are dear under a sanitizer: there, fewer callers must do.
#if defined(PROMISSORY_TSAN) || defined(__SANITIZE_ADDRESS__)
constexpr int many = 200;
#else
constexpr int many = 1000;
#endif

constexpr std::array both_policies{Leaving::detached, Leaving::refcounted};

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  Flights flights;
  EXPECT_EQ(flights.run("key", [] { return 1; }).value, 1);
  flights.forget("key");
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

std::stop_token stopped_token() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

/// Thrown by a flight that was asked to stop.
struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the flight has been stopped") {}
};

/// Calls `ask(token)` and gives up when `begun` is open: when the flight is in the air.
template <class Ask>
std::optional<std::errc> give_up_once(Gate& begun, Ask ask) {
  std::stop_source impatience;
  std::jthread stopper([&](const std::stop_token& test_is_over) {
    if (begun.wait(test_is_over)) impatience.request_stop();
  });
  return gives_up_with([&] { ask(impatience.get_token()); });
}

/// Opens a gate when the last copy of it goes.
std::shared_ptr<void> opens_at_its_end(Gate& gate) {
  return {static_cast<void*>(&gate), [](void* it) { static_cast<Gate*>(it)->open(); }};
}

TEST(SingleFlightHidden, AThousandCallersCostOneCall) {
  contract("A thousand callers that ask for one user at the same time cost the backend one call.",
           "a-loader-of-users");
  expect_written();
  std::atomic<int> calls{0};
  std::atomic<int> served{0};
  HeldGate gate;
  Crowd crowd;
  UserLoader loader([&](const std::string& id, const std::stop_token&) {
    ++calls;
    crowd.arriving();
    gate.wait();
    return User{id, "Alice"};
  });
  std::vector<std::jthread> callers;
  callers.reserve(many);
  for (int i = 0; i < many; ++i) {
    callers.emplace_back([&] {
      crowd.arriving();
      if (loader.get("alice") == User{"alice", "Alice"}) ++served;
    });
  }
  crowd.wait_until_parked(many + 1);  // and the load
  gate.open();
  callers.clear();
  EXPECT_EQ(calls.load(), 1);
  EXPECT_EQ(served.load(), many);
}

TEST(SingleFlightHidden, SharedIsTheSameForAll) {
  contract("`shared` tells every caller of a flight, also the first, whether others have joined.",
           "one-flight-for-all");
  expect_written();
  Flights flights;
  std::stop_source impatience;
  HeldGate gate;
  Crowd crowd;
  bool first_hears = false;
  std::jthread first([&] {
    crowd.arriving();
    const auto fly = [&] {
      crowd.arriving();
      gate.wait();
      return 1;
    };
    first_hears = flights.run("key", fly).shared;
  });
  crowd.wait_until_parked(2);  // the caller and the flight
  std::jthread second([&] {
    crowd.arriving();
    EXPECT_TRUE(flights.run("key", [] { return 2; }).shared);
  });
  crowd.wait_until_parked(3);
  gate.open();
  first.join();
  second.join();
  EXPECT_TRUE(first_hears);
  EXPECT_FALSE(flights.run("key", [] { return 3; }).shared);
}

TEST(SingleFlightHidden, AnErrorReachesEveryCaller) {
  contract("Every caller of a flight that fails gets the very exception object, with its type.",
           "errors-are-shared");
  expect_written();
  Flights flights;
  HeldGate gate;
  Crowd crowd;
  std::array<const void*, 4> seen{};
  std::array<std::exception_ptr, 4> kept{};
  std::vector<std::jthread> callers;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    callers.emplace_back([&, i] {
      crowd.arriving();
      const auto fly = [&]() -> int {
        crowd.arriving();
        gate.wait();
        throw Stopped();
      };
      try {
        flights.run("key", fly);
      } catch (const Stopped& error) {
        kept.at(i) = std::current_exception();
        seen.at(i) = &error;
      }
    });
  }
  crowd.wait_until_parked(5);  // the callers and the flight
  gate.open();
  callers.clear();
  EXPECT_NE(seen[0], nullptr);
  EXPECT_EQ(std::count(seen.begin(), seen.end(), seen[0]), std::ssize(seen));
  EXPECT_THROW(flights.run("key", []() -> int { throw 5; }), int);
}

TEST(SingleFlightHidden, AFailureDoesNotPoisonTheKey) {
  contract("After a flight that failed in any way, its key is free.", "the-key-is-free");
  Flights flights;
  const std::vector<std::function<int()>> failures{
      [] { return throw std::runtime_error("no route"), 0; },
      [] { return throw 5, 0; },
      [] { return throw std::string("text"), 0; },
  };
  for (const auto& fails : failures) {
    EXPECT_ANY_THROW(flights.run("key", fails));
    EXPECT_EQ(flights.run("key", [] { return 1; }).value, 1);
  }
  EXPECT_THROW(flights.run("key", []() -> Result<int> { return failure(std::logic_error("no")); }),
               std::logic_error);
  EXPECT_EQ(flights.run("key", [] { return 2; }).value, 2);
}

TEST(SingleFlightHidden, WhoHearsMayAskAgainAtOnce) {
  contract("A caller that has heard and asks again gets a new flight, not the one that landed.",
           "the-key-is-free");
  expect_written();
  Flights flights;
  std::atomic<int> calls{0};
  std::latch start(3);
  std::vector<std::jthread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      start.arrive_and_wait();
      for (int last = 0, round = 0; round < 50; ++round) {
        const int value = flights.run("key", [&] { return ++calls; }).value;
        ASSERT_GT(value, last);
        last = value;
      }
    });
  }
}

TEST(SingleFlightHidden, OneFlightPerKeyAtATime) {
  contract("However many callers and keys there are, a key has one flight in the air at a time.",
           "one-flight-for-all");
  expect_written();
  SingleFlight<int, int> flights;
  std::array<std::atomic<int>, 3> in_the_air{};
  std::latch start(6);
  std::vector<std::jthread> callers;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int round = 0; round < 40; ++round) {
        const int key = (i + round) % 3;
        const auto fly = [&in_the_air, key] {
          EXPECT_EQ(++in_the_air.at(key), 1);
          std::this_thread::yield();
          --in_the_air.at(key);
          return key;
        };
        ASSERT_EQ(flights.run(key, fly).value, key);
      }
    });
  }
}

TEST(SingleFlightHidden, TheFirstCallersStopIsNobodyElses) {
  contract("When the caller that started a flight gives up, the flight and the others go on.",
           "whose-token");
  expect_written();
  for (const Leaving policy : both_policies) {
    Flights flights(policy);
    HeldGate begun;
    HeldGate gate;
    std::stop_token seen_by_the_flight;
    std::stop_source impatience;
    std::jthread first([&] {
      const auto fly = [&](const std::stop_token& token) {
        seen_by_the_flight = token;
        begun.open();
        if (!gate.wait(token)) throw Stopped();
        return 7;
      };
      EXPECT_EQ(gives_up_with([&] { flights.run("key", fly, impatience.get_token()); }),
                std::errc::operation_canceled);
    });
    begun.wait();
    Crowd crowd;
    std::jthread patient([&] {
      crowd.arriving();
      EXPECT_NO_THROW(EXPECT_EQ(flights.run("key", [] { return 8; }).value, 7));
    });
    crowd.wait_until_parked(1);
    impatience.request_stop();
    first.join();
    EXPECT_FALSE(seen_by_the_flight.stop_requested());
    gate.open();
  }
}

TEST(SingleFlightHidden, AStoppedCallerStartsAndJoinsNothing) {
  contract("A caller whose token is stopped already neither starts a flight nor joins one.",
           "whose-token");
  expect_written();
  for (const Leaving policy : both_policies) {
    Flights flights(policy);
    std::atomic<int> calls{0};
    const auto ask = [&] {
      flights.run(
          "key", [&] { return ++calls; }, stopped_token());
    };
    EXPECT_EQ(gives_up_with(ask), std::errc::operation_canceled);
    HeldGate begun;
    HeldGate gate;
    std::jthread alone([&] {
      const auto fly = [&](const std::stop_token& token) {
        begun.open();
        if (!gate.wait(token)) throw Stopped();
        return 7;
      };
      const Flown<int> flown = flights.run("key", fly);
      EXPECT_EQ(flown.value, 7);
      EXPECT_FALSE(flown.shared);
    });
    begun.wait();
    EXPECT_EQ(gives_up_with(ask), std::errc::operation_canceled);
    gate.open();
    alone.join();
    EXPECT_EQ(calls.load(), 0);
  }
}

TEST(SingleFlightHidden, DetachedNobodyStopsIt) {
  contract("Detached, the flight is not stopped when all have left; later callers join it.",
           "two-ways-to-leave");
  expect_written();
  Flights flights(Leaving::detached);
  std::atomic<int> calls{0};
  HeldGate begun;
  HeldGate gate;
  std::stop_token seen_by_the_flight;
  const auto ask = [&](std::stop_token impatience) {
    const auto fly = [&](const std::stop_token& token) {
      seen_by_the_flight = token;
      ++calls;
      begun.open();
      if (!gate.wait(token)) throw Stopped();
      return 7;
    };
    return flights.run("key", fly, std::move(impatience)).value;
  };
  EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  EXPECT_FALSE(seen_by_the_flight.stop_requested());
  Crowd crowd;
  std::jthread late([&] {
    crowd.arriving();
    EXPECT_EQ(ask({}), 7);
  });
  crowd.wait_until_parked(1);
  gate.open();
  late.join();
  EXPECT_EQ(calls.load(), 1);
}

TEST(SingleFlightHidden, RefcountedOnlyTheLastCallerStopsIt) {
  contract("Refcounted, a flight goes on as long as anybody waits for it, whoever that is.",
           "two-ways-to-leave");
  expect_written();
  Flights flights(Leaving::refcounted);
  HeldGate begun;
  HeldGate never;
  HeldGate heard;
  std::stop_token seen_by_the_flight;
  std::array<std::stop_source, 3> sources;
  std::array<std::jthread, 3> callers;
  Crowd crowd;
  for (int i = 0; i < 3; ++i) {
    callers.at(i) = std::jthread([&, token = sources.at(i).get_token()] {
      crowd.arriving();
      const auto fly = [&](const std::stop_token& flights_token) -> int {
        seen_by_the_flight = flights_token;
        begun.open();
        if (!never.wait(flights_token)) heard.open();
        throw Stopped();
      };
      EXPECT_EQ(gives_up_with([&] { flights.run("key", fly, token); }),
                std::errc::operation_canceled);
    });
  }
  begun.wait();
  crowd.wait_until_parked(3);
  for (int i : {0, 2}) {
    sources.at(i).request_stop();
    callers.at(i).join();
    EXPECT_FALSE(seen_by_the_flight.stop_requested()) << "others still wait";
  }
  sources[1].request_stop();
  heard.wait();
}

TEST(SingleFlightHidden, RefcountedNobodyJoinsWhatWasStopped) {
  contract("Refcounted, who comes after the last has left gets a flight of its own, at once.",
           "two-ways-to-leave");
  expect_written();
  Flights flights(Leaving::refcounted);
  HeldGate begun;
  HeldGate takes_its_time;
  const auto ask = [&](std::stop_token impatience) {
    const auto fly = [&]() -> int {
      begun.open();
      takes_its_time.wait();
      throw Stopped();
    };
    flights.run("key", fly, std::move(impatience));
  };
  EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  EXPECT_NO_THROW(EXPECT_EQ(flights.run("key", [] { return 2; }).value, 2));
  takes_its_time.open();
}

TEST(SingleFlightHidden, StopsWithoutALock) {
  contract("What a flight has registered to hear of a stop may use the group, in any thread.",
           "two-ways-to-leave");
  expect_written();
  Flights flights(Leaving::refcounted);
  HeldGate begun;
  HeldGate never;
  HeldGate cleaned_up;
  const auto ask = [&](std::stop_token impatience) {
    const auto fly = [&](const std::stop_token& token) -> int {
      const std::stop_callback clean_up(token, [&] {
        std::jthread([&] {
          EXPECT_EQ(flights.run("other", [] { return 1; }).value, 1);
          flights.forget("other");
        }).join();
        cleaned_up.open();
      });
      begun.open();
      never.wait(token);
      throw Stopped();
    };
    flights.run("key", fly, std::move(impatience));
  };
  EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  cleaned_up.wait();
}

TEST(SingleFlightHidden, ItsOwnKeyIsRefusedAndNothingIsLost) {
  contract("A flight that asks for its own key gets an error, and can go on or fail with it.",
           "waiting-for-yourself");
  Flights flights;
  const Flown<int> flown = flights.run("key", [&] {
    const auto again = [&] { flights.run("key", [] { return 1; }); };
    EXPECT_EQ(gives_up_with(again), std::errc::resource_deadlock_would_occur);
    return 7;
  });
  EXPECT_EQ(flown.value, 7);
  EXPECT_FALSE(flown.shared) << "it has not joined itself";
  const auto fails = [&] {
    flights.run("key", [&] { return flights.run("key", [] { return 1; }).value; });
  };
  EXPECT_EQ(gives_up_with(fails), std::errc::resource_deadlock_would_occur);
  EXPECT_EQ(flights.run("key", [] { return 8; }).value, 8);
}

TEST(SingleFlightHidden, OtherKeysAndOtherGroupsWorkFromInside) {
  contract("A flight may start others: with other keys, in other groups, or once it is forgotten.",
           "waiting-for-yourself");
  expect_written();
  Flights flights;
  const std::function<int(int)> depth = [&](int level) -> int {
    if (level == 0) return 0;
    return flights.run(std::to_string(level), [&, level] { return depth(level - 1); }).value + 1;
  };
  EXPECT_EQ(depth(5), 5);

  Flights others;
  EXPECT_EQ(flights.run("key", [&] { return others.run("key", [] { return 1; }).value + 1; }).value,
            2);
  const auto forgotten = [&] {
    flights.forget("key");
    return flights.run("key", [] { return 1; }).value + 1;
  };
  EXPECT_EQ(flights.run("key", forgotten).value, 2);
}

TEST(SingleFlightHidden, NoLockIsHeldWhileItFlies) {
  contract("While a flight is in the air, every other thread can use the group.",
           "one-flight-for-all");
  expect_written();
  Flights flights;
  const Flown<int> flown = flights.run("key", [&] {
    std::jthread([&] {
      EXPECT_EQ(flights.run("other", [] { return 1; }).value, 1);
      EXPECT_THROW(flights.run("other", []() -> int { throw Stopped(); }), Stopped);
      flights.forget("other");
    }).join();
    return 7;
  });
  EXPECT_EQ(flown.value, 7);
}

TEST(SingleFlightHidden, AForgottenFlightServesItsOwnOnly) {
  contract("A forgotten flight serves those who had joined; its landing does not free the key.",
           "forget");
  expect_written();
  Flights flights;
  std::array<HeldGate, 2> gates;
  std::atomic<int> calls{0};
  Crowd crowd;
  const auto ask = [&](int expected) {
    return std::jthread([&, expected] {
      crowd.arriving();
      const auto fly = [&] {
        const int number = calls++;
        crowd.arriving();
        gates.at(number).wait();
        return number;
      };
      EXPECT_EQ(flights.run("key", fly).value, expected);
    });
  };
  std::jthread first = ask(0);
  crowd.wait_until_parked(2);  // the caller and the flight
  std::jthread joined_first = ask(0);
  crowd.wait_until_parked(3);
  flights.forget("key");
  std::jthread second = ask(1);
  crowd.wait_until_parked(5);
  gates[0].open();
  first.join();
  joined_first.join();
  std::jthread joined_second = ask(1);
  crowd.wait_until_parked(6);
  gates[1].open();
  second.join();
  joined_second.join();
  EXPECT_EQ(calls.load(), 2);
  flights.forget("never heard of it");
}

TEST(SingleFlightHidden, ALeftFlightDoesNotFreeTheNextOnesKey) {
  contract("A flight that was stopped and lands late does not free the key of its successor.",
           "two-ways-to-leave");
  expect_written();
  Flights flights(Leaving::refcounted);
  HeldGate begun;
  HeldGate takes_its_time;
  HeldGate old_is_gone;
  const auto ask_the_old = [&](std::stop_token impatience) {
    const auto fly = [&, keeps = opens_at_its_end(old_is_gone)]() -> int {
      begun.open();
      takes_its_time.wait();
      throw Stopped();
    };
    flights.run("key", fly, std::move(impatience));
  };
  EXPECT_EQ(give_up_once(begun, ask_the_old), std::errc::operation_canceled);

  HeldGate gate;
  Crowd crowd;
  std::jthread second([&] {
    crowd.arriving();
    const auto fly = [&] {
      crowd.arriving();
      gate.wait();
      return 2;
    };
    EXPECT_EQ(flights.run("key", fly).value, 2);
  });
  crowd.wait_until_parked(2);  // the caller and the flight
  takes_its_time.open();
  old_is_gone.wait();
  // However far the old flight's thread has got by now: whoever comes joins the second flight.
  std::vector<std::jthread> more;
  for (int i = 0; i < 20; ++i) {
    more.emplace_back([&] {
      crowd.arriving();
      const auto fly = [&] {
        EXPECT_TRUE(gate.is_open()) << "a third flight while the second one is in the air";
        return 2;
      };
      EXPECT_EQ(flights.run("key", fly).value, 2);
    });
    crowd.wait_until_parked(3 + i);
  }
  gate.open();
}

TEST(SingleFlightHidden, TheEndReachesFlightsThatNobodyRemembers) {
  contract("The destructor stops and awaits all flights: left, forgotten, and in the air.",
           "the-end-of-the-flights");
  expect_written();
  for (const Leaving policy : both_policies) {
    std::array<bool, 3> has_ended{};  // no atomics: only joining orders the writes before the reads
    {
      HeldGate never;
      Flights flights(policy);
      for (bool& ended : has_ended) {
        HeldGate begun;
        const auto ask = [&](std::stop_token impatience) {
          const auto fly = [&](const std::stop_token& token) {
            begun.open();
            never.wait(token);
            ended = true;
            return 7;
          };
          flights.run("key", fly, std::move(impatience));
        };
        EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
        if (&ended != &has_ended.back()) flights.forget("key");
      }
    }
    EXPECT_EQ(has_ended, (std::array<bool, 3>{true, true, true}));
  }
}

TEST(SingleFlightHidden, TheEndReachesFlightsThatFlightsStart) {
  contract("A flight that starts another one while the group ends does not hold it up for ever.",
           "the-end-of-the-flights");
  expect_written();
  HeldGate never;
  HeldGate begun;
  bool inner_heard = false;
  {
    Flights flights(Leaving::detached);
    const auto ask = [&](std::stop_token impatience) {
      const auto outer = [&](const std::stop_token& token) {
        begun.open();
        never.wait(token);  // the group ends, and now:
        const auto inner = [&](const std::stop_token& inner_token) {
          inner_heard = !never.wait(inner_token);
          return 1;
        };
        return flights.run("inner", inner).value;
      };
      flights.run("outer", outer, std::move(impatience));
    };
    EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  }
  EXPECT_TRUE(inner_heard);
}

TEST(SingleFlightHidden, WhatAFlightKeptAliveGoesWithIt) {
  contract("The function of the flight, and of each that joined, is gone when the group is.",
           "the-end-of-the-flights");
  expect_written();
  std::atomic<int> alive{0};
  HeldGate gone;
  {
    SingleFlight<std::string, Counted> flights;
    const Flown<Counted> flown = flights.run(
        "key", [value = Counted(alive, 7), keeps = opens_at_its_end(gone)] { return value; });
    EXPECT_EQ(flown.value.value, 7);
    gone.wait();
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(SingleFlightHidden, CarriesWhatIsHardToCarry) {
  contract("The function may be move-only; V needs a copy, but neither default nor assignment.",
           "one-flight-for-all");
  expect_written();
  SingleFlight<int, NoDefault> flights;
  const auto flown = flights.run(1, [held = MoveOnly(3)] { return NoDefault(*held.value); });
  EXPECT_EQ(flown.value.value, 3);
  SingleFlight<int, std::string> texts;
  EXPECT_EQ(texts.run(1, [] { return "text"; }).value, "text");
  EXPECT_EQ(texts.run(1, []() -> Result<std::string> { return std::string("held"); }).value,
            "held");
  SingleFlight<int, Unit> nothing;
  int calls = 0;
  EXPECT_NO_THROW(nothing.run(1, [&] { ++calls; }));
  EXPECT_NO_THROW(nothing.run(1, [&](const std::stop_token&) { ++calls; }));
  EXPECT_EQ(calls, 2);
}

TEST(SingleFlightHidden, AMoveThatThrowsIsAnError) {
  contract("When moving the value throws, the callers get that; it does not end the process.",
           "errors-are-shared");
  SingleFlight<int, ThrowsOnMove> flights;
  EXPECT_THROW(flights.run(1, [] { return ThrowsOnMove(1); }), std::runtime_error);
  EXPECT_EQ(flights.run(1, [] { return ThrowsOnMove(2, false); }).value.value, 2);
}

struct IgnoringCase {
  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
  }
  std::size_t operator()(const std::string& text) const {
    return std::hash<std::string>()(lower(text));
  }
  bool operator()(const std::string& one, const std::string& other) const {
    return lower(one) == lower(other);
  }
};

TEST(SingleFlightHidden, KeysAreWhatTheirComparisonSays) {
  contract("Which keys are the same is said by Hash and Equal.", "one-flight-for-all");
  SingleFlight<std::string, int, IgnoringCase, IgnoringCase> flights;
  const auto fly = [&] {
    const auto again = [&] { flights.run("ALICE", [] { return 1; }); };
    EXPECT_EQ(gives_up_with(again), std::errc::resource_deadlock_would_occur);
    return flights.run("Bob", [] { return 1; }).value;
  };
  EXPECT_EQ(flights.run("alice", fly).value, 1);
}

TEST(SingleFlightHidden, AFlightOutlivesWhatItsCallerLent) {
  contract("Key and function are the flight's own: its first caller may leave with its arguments.",
           "whose-token");
  expect_written();
  HeldGate begun;
  HeldGate gate;
  HeldGate looked;
  UserLoader loader(
      [&](const std::string& id, const std::stop_token&) {
        begun.open();
        gate.wait();
        const User user{id, "a user whose identity is long enough to live on the heap"};
        EXPECT_EQ(user.id, std::string(100, 'x'));
        looked.open();
        return user;
      },
      Leaving::detached);
  const auto ask = [&](std::stop_token impatience) {
    loader.get(std::string(100, 'x'), std::move(impatience));
  };
  EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  gate.open();
  looked.wait();
}

TEST(SingleFlightHidden, LoadersShareNothing) {
  contract("Each loader has flights of its own: another one's backend may know another user.",
           "a-loader-of-users");
  expect_written();
  UserLoader here([](const std::string& id, const std::stop_token&) { return User{id, "here"}; });
  UserLoader there([&](const std::string& id, const std::stop_token&) {
    return User{id, "there, not " + here.get(id).name};
  });
  EXPECT_EQ(there.get("alice").name, "there, not here");
}

TEST(SingleFlightHidden, ALoadThatNobodyWaitsForIsStopped) {
  contract("A loader stops a load whose callers have all left, unless it was told to go on.",
           "a-loader-of-users");
  expect_written();
  HeldGate begun;
  HeldGate never;
  HeldGate heard;
  UserLoader loader([&](const std::string& id, const std::stop_token& token) {
    begun.open();
    if (!never.wait(token)) heard.open();
    return User{id, ""};
  });
  const auto ask = [&](std::stop_token impatience) { loader.get("alice", std::move(impatience)); };
  EXPECT_EQ(give_up_once(begun, ask), std::errc::operation_canceled);
  heard.wait();
}

TEST(SingleFlightHidden, WhatTheFlightWroteIsSeenByAll) {
  contract("Every caller sees what the flight has written before it landed.", "one-flight-for-all");
  expect_written();
  SingleFlight<int, const std::vector<int>*> flights;
  std::vector<int> written;
  std::stop_source patience;
  HeldGate gate;
  Crowd crowd;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, i, token = patience.get_token()] {
      crowd.arriving();
      const auto fly = [&] {
        crowd.arriving();
        gate.wait();
        written.assign(100, 3);
        return &written;
      };
      const auto flown = i % 2 == 0 ? flights.run(1, fly) : flights.run(1, fly, token);
      EXPECT_EQ(*flown.value, std::vector<int>(100, 3));
    });
  }
  crowd.wait_until_parked(5);  // the callers and the flight
  gate.open();
}

}  // namespace
