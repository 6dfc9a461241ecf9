// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <exception>
#include <future>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "05-future/future.hpp"
#include "support/contract.hpp"
#include "support/parked.hpp"

namespace {

using promissory::Future;
using promissory::go;
using promissory::make_future;
using promissory::Resolver;
using promissory::Result;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::ParkingSpot;
using namespace std::chrono_literals;

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

template <class X>
concept CanSettle = requires(X x) {
  x.resolve(1);
}
|| requires(X x) {
  x.reject(nullptr);
};
template <class X>
concept CanRead = requires(X x) {
  x.await();
}
|| requires(X x) {
  x.ready();
};

TEST(Future, ComesWithItsResolver) {
  contract("make_future() gives a pending future and the resolver that can settle it.",
           "two-capabilities");
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(future.valid());
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(resolver.resolve(7));
  EXPECT_TRUE(future.ready());
}

TEST(Future, GivesOutTheValue) {
  contract("await() gives out what resolve() was given, as often as it is asked.",
           "one-shared-state");
  auto [future, resolver] = make_future<std::string>();
  EXPECT_TRUE(resolver.resolve("seven"));
  EXPECT_EQ(future.await(), "seven");
  EXPECT_EQ(future.await(), "seven");
  EXPECT_EQ(future.result().value(), "seven");
}

TEST(Future, RethrowsTheError) {
  contract("await() rethrows what reject() was given; result() shows it without throwing.",
           "one-shared-state");
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(resolver.reject(error("broken")));
  EXPECT_THROW(future.await(), std::runtime_error);
  EXPECT_FALSE(future.result().has_value());
}

TEST(Future, IsSettledOnce) {
  contract("The first outcome wins; a later one is a silent no-op that returns false.",
           "one-shared-state");
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(resolver.resolve(1));
  EXPECT_FALSE(resolver.resolve(2));
  EXPECT_FALSE(resolver.reject(error("late")));
  EXPECT_EQ(future.await(), 1);
}

TEST(Future, OnlyReadsAndTheResolverOnlyWrites) {
  contract("A future cannot settle its promise, and a resolver cannot wait for it.",
           "two-capabilities");
  auto [future, resolver] = make_future<int>();
  EXPECT_TRUE(CanRead<Future<int>>);
  EXPECT_FALSE(CanSettle<Future<int>>);
  EXPECT_TRUE(CanSettle<Resolver<int>>);
  EXPECT_FALSE(CanRead<Resolver<int>>);
  EXPECT_TRUE(std::copyable<Future<int>>);
  EXPECT_TRUE(std::movable<Resolver<int>>);
  EXPECT_FALSE(std::is_copy_constructible_v<Resolver<int>>);
  EXPECT_FALSE(std::is_copy_assignable_v<Resolver<int>>);
}

TEST(Future, CopiesShareOneOutcome) {
  contract("Copies of a future are handles to the same outcome.", "one-shared-state");
  auto [future, resolver] = make_future<std::string>();
  const Future<std::string> copy = future;
  EXPECT_TRUE(resolver.resolve("shared"));
  EXPECT_TRUE(copy.ready());
  EXPECT_EQ(&copy.await(), &future.await());
}

TEST(Future, AnAwaiterSleepsUntilItIsSettled) {
  contract("await() blocks until the promise is settled by another thread.", "one-shared-state");
  auto [future, resolver] = make_future<int>();
  ASSERT_FALSE(future.ready());
  ParkingSpot spot;
  std::jthread resolving([&spot, resolver = std::move(resolver)]() mutable {
    spot.wait_until_parked();
    EXPECT_TRUE(resolver.resolve(42));
  });
  spot.arriving();
  EXPECT_EQ(future.await(), 42);
}

TEST(Future, AnAwaiterCanGiveUp) {
  contract("A stop or a deadline ends one wait; the future stays pending.", "giving-up");
  auto [future, resolver] = make_future<int>();
  std::stop_source source;
  source.request_stop();
  try {
    future.await(source.get_token());
    ADD_FAILURE() << "await() returned a value that nobody has resolved";
  } catch (const std::system_error& stopped) {
    EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
  }
  try {
    future.await_until(std::chrono::steady_clock::now() + 2ms);
    ADD_FAILURE() << "await_until() returned a value that nobody has resolved";
  } catch (const std::system_error& late) {
    EXPECT_EQ(late.code(), std::errc::timed_out);
  }
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(resolver.resolve(5));
  EXPECT_EQ(future.await(), 5);
}

TEST(Future, ADroppedResolverBreaksThePromise) {
  contract("When the resolver goes unsettled, its future is rejected with broken_promise.",
           "broken-promise");
  auto [future, resolver] = make_future<int>();
  { const Resolver<int> dropped = std::move(resolver); }
  ASSERT_TRUE(future.ready());
  try {
    future.await();
    ADD_FAILURE() << "await() returned a value that nobody has resolved";
  } catch (const std::future_error& broken) {
    EXPECT_EQ(broken.code(), std::future_errc::broken_promise);
  }
}

TEST(Future, WithoutAPromiseSaysSo) {
  contract("A future that was default-constructed or moved from throws no_state.",
           "two-capabilities");
  auto [future, resolver] = make_future<int>();
  const Future<int> taken = std::move(future);
  for (const Future<int>& empty : {Future<int>(), future}) {  // NOLINT(bugprone-use-after-move)
    EXPECT_FALSE(empty.valid());
    EXPECT_FALSE(empty.ready());
    EXPECT_THROW(empty.await(), std::future_error);
    EXPECT_THROW(empty.await_until(std::chrono::steady_clock::now()), std::future_error);
    EXPECT_THROW((void)empty.result(), std::future_error);
    EXPECT_THROW(empty.on_ready([](const Result<int>&) {}), std::future_error);
  }
  EXPECT_TRUE(taken.valid());
}

TEST(Future, CallsBackWhenItIsReady) {
  contract("on_ready() calls at once when there is an outcome, otherwise when it comes, each once.",
           "call-me-back");
  auto [future, resolver] = make_future<int>();
  std::vector<std::string> calls;
  future.on_ready([&](const Result<int>& outcome) {
    calls.push_back("first " + std::to_string(outcome.value()));
  });
  future.on_ready([&](const Result<int>& outcome) {
    calls.push_back("second " + std::to_string(outcome.value()));
  });
  EXPECT_TRUE(calls.empty());
  EXPECT_TRUE(resolver.resolve(3));
  EXPECT_EQ(calls, (std::vector<std::string>{"first 3", "second 3"}));
  future.on_ready([&](const Result<int>&) { calls.push_back("late"); });
  EXPECT_EQ(calls.size(), 3U);
}

TEST(Future, GoRunsWorkOnAThreadOfItsOwn) {
  contract("go() returns the future of a function that runs on another thread.", "go");
  const Future<std::thread::id> future = go([] { return std::this_thread::get_id(); });
  EXPECT_NE(future.await(), std::this_thread::get_id());
  const Future<Unit> without_value = go([] {});
  EXPECT_NO_THROW(without_value.await());
}

TEST(Future, GoTurnsAnExceptionIntoARejection) {
  contract("What the function throws arrives at await().", "go");
  const Future<int> future = go([]() -> int { throw std::runtime_error("no luck"); });
  EXPECT_THROW(future.await(), std::runtime_error);
}

TEST(Future, GoHandsOverItsToken) {
  contract("A function that takes a stop_token is handed the caller's.", "go");
  std::stop_source source;
  const Future<std::stop_token> future =
      go([](std::stop_token token) { return token; }, source.get_token());
  EXPECT_EQ(future.await(), source.get_token());
}

}  // namespace
