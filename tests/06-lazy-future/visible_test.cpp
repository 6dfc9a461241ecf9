// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>

#include "06-lazy-future/lazy.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Lazy;
using promissory::RetryLazy;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::HeldGate;
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

/// Awaits `lazy` and gives up when `begun` is open: when the work runs.
template <class AnyLazy>
std::optional<std::errc> give_up_once(Gate& begun, AnyLazy& lazy) {
  std::stop_source impatience;
  std::jthread stopper([&](const std::stop_token& test_is_over) {
    if (begun.wait(test_is_over)) impatience.request_stop();
  });
  return gives_up_with([&] { lazy.await(impatience.get_token()); });
}

TEST(Lazy, RunsNothingUntilItIsAwaited) {
  contract("The function is not called before the first await(), and never if there is none.",
           "begun-by-the-first");
  std::atomic<int> calls{0};
  {
    Lazy lazy([&] { return ++calls; });
    EXPECT_FALSE(lazy.ready());
  }
  EXPECT_EQ(calls.load(), 0);
}

TEST(Lazy, GivesOutWhatItsFunctionMakes) {
  contract("await() begins the work and gives out its value.", "begun-by-the-first");
  Lazy lazy([] { return std::string("seven"); });
  EXPECT_TRUE((std::is_same_v<decltype(lazy), Lazy<std::string>>));
  EXPECT_FALSE(std::is_copy_constructible_v<Lazy<std::string>>);
  EXPECT_EQ(lazy.await(), "seven");
  EXPECT_TRUE(lazy.ready());
}

TEST(Lazy, RunsOnceForEverybody) {
  contract("The work is done once; each await() gives out the same object.", "once-for-everybody");
  std::atomic<int> calls{0};
  Lazy lazy([&] { return ++calls; });
  const int& first = lazy.await();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(&lazy.await(), &first);
  EXPECT_EQ(&lazy.await_until(Clock::now() + 1h), &first);
  EXPECT_EQ(calls.load(), 1);
}

TEST(Lazy, CachesAnError) {
  contract("What the function throws is an outcome like another: cached, and thrown to everybody.",
           "once-for-everybody");
  std::atomic<int> calls{0};
  Lazy<int> lazy([&]() -> int {
    ++calls;
    throw std::runtime_error("no luck");
  });
  EXPECT_THROW(lazy.await(), std::runtime_error);
  EXPECT_THROW(lazy.await(), std::runtime_error);
  EXPECT_TRUE(lazy.ready());
  EXPECT_EQ(calls.load(), 1);
}

TEST(Lazy, WorksOnAThreadOfItsOwn) {
  contract("The work runs on a thread of the Lazy, not on the first awaiter's.",
           "whose-work-is-it");
  Lazy lazy([] { return std::this_thread::get_id(); });
  EXPECT_NE(lazy.await(), std::this_thread::get_id());
}

TEST(Lazy, TheFirstAwaiterMayGiveUp) {
  contract("When the first awaiter's token is stopped its wait ends, and the work goes on.",
           "whose-work-is-it");
  HeldGate begun;
  HeldGate may_finish;
  Lazy lazy([&](const std::stop_token& token) {
    begun.open();
    if (!may_finish.wait(token)) throw std::runtime_error("the work has been stopped");
    return 7;
  });
  EXPECT_FALSE(lazy.ready());
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  may_finish.open();
  EXPECT_EQ(lazy.await(), 7);
}

TEST(Lazy, ADeadlineEndsOneWait) {
  contract("A deadline ends one wait with timed_out, and not the work.", "whose-work-is-it");
  HeldGate may_finish;
  Lazy lazy([&] {
    may_finish.wait();
    return 7;
  });
  EXPECT_EQ(gives_up_with([&] { lazy.await_until(Clock::now() + 2ms); }), std::errc::timed_out);
  may_finish.open();
  EXPECT_EQ(lazy.await(), 7);
}

TEST(Lazy, ItsEndStopsTheWork) {
  contract("The destructor asks the work to stop and waits until it has ended.",
           "the-end-of-a-lazy");
  bool heard = false;
  {
    HeldGate never;
    HeldGate begun;
    Lazy<int> lazy([&](const std::stop_token& token) {
      begun.open();
      heard = !never.wait(token);
      return 0;
    });
    EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  }
  EXPECT_TRUE(heard);
}

TEST(Lazy, RetryKeepsASuccess) {
  contract("A RetryLazy does work that succeeds once, and keeps its value.", "attempts");
  std::atomic<int> calls{0};
  RetryLazy lazy([&] { return ++calls; });
  EXPECT_FALSE(lazy.ready());
  const int& first = lazy.await();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(&lazy.await(), &first);
  EXPECT_TRUE(lazy.ready());
  EXPECT_EQ(calls.load(), 1);
}

TEST(Lazy, RetryStartsAnewAfterAFailure) {
  contract("A failed attempt is told to its awaiter, and the next await() begins another one.",
           "attempts");
  std::atomic<int> calls{0};
  RetryLazy lazy([&] {
    if (++calls < 3) throw std::runtime_error("attempt " + std::to_string(calls));
    return calls.load();
  });
  for (const char* message : {"attempt 1", "attempt 2"}) {
    try {
      lazy.await();
      ADD_FAILURE() << "await() returned a value that the attempt has not made";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), message);
    }
    EXPECT_FALSE(lazy.ready());
  }
  EXPECT_EQ(lazy.await(), 3);
}

TEST(Lazy, RetryStopsWorkThatNobodyWaitsFor) {
  contract("When the last awaiter of an attempt gives up, the attempt is asked to stop.",
           "the-last-one-to-leave");
  HeldGate begun;
  HeldGate never;
  HeldGate heard;
  RetryLazy<int> lazy([&](const std::stop_token& token) -> int {
    begun.open();
    if (!never.wait(token)) heard.open();
    throw std::runtime_error("stopped");
  });
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  heard.wait();
}

TEST(Lazy, RetryANewcomerGetsAFreshAttempt) {
  contract("Who comes after an attempt was abandoned gets a fresh one, never its cancellation.",
           "the-last-one-to-leave");
  std::atomic<int> calls{0};
  HeldGate begun;
  HeldGate never;
  RetryLazy lazy([&](const std::stop_token& token) {
    const int attempt = ++calls;
    begun.open();
    if (attempt == 1 && !never.wait(token)) throw std::runtime_error("stopped");
    return attempt;
  });
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  EXPECT_EQ(lazy.await(), 2);
}

}  // namespace
