// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>

#include "04-once-promise/promise.hpp"
#include "support/contract.hpp"
#include "support/parked.hpp"

namespace {

using promissory::Promise;
using promissory::support::contract;
using promissory::support::ParkingSpot;
using namespace std::chrono_literals;

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

TEST(OncePromise, IsPendingAtFirst) {
  contract("A new promise is pending.", "a-slot-for-one-outcome");
  const Promise<int> promise;
  EXPECT_FALSE(promise.ready());
}

TEST(OncePromise, KeepsItsValue) {
  contract("resolve() stores the value, await() gives it out, as often as it is asked.",
           "a-slot-for-one-outcome");
  Promise<std::string> promise;
  EXPECT_TRUE(promise.resolve("kept"));
  EXPECT_TRUE(promise.ready());
  EXPECT_EQ(promise.await(), "kept");
  EXPECT_EQ(promise.await(), "kept");
}

TEST(OncePromise, RethrowsItsError) {
  contract("reject() stores the error, await() rethrows it, as often as it is asked.",
           "a-slot-for-one-outcome");
  Promise<int> promise;
  EXPECT_TRUE(promise.reject(error("broken")));
  EXPECT_TRUE(promise.ready());
  EXPECT_THROW(promise.await(), std::runtime_error);
  EXPECT_THROW(promise.await(), std::runtime_error);
}

TEST(OncePromise, NeedsAnErrorToReject) {
  contract("reject() without an error is a mistake of the caller, not an outcome.",
           "no-error-is-a-success");
  Promise<int> promise;
  EXPECT_THROW(promise.reject(nullptr), std::invalid_argument);
  EXPECT_FALSE(promise.ready());
}

TEST(OncePromise, IsSettledOnce) {
  contract("The first outcome wins; a later one is a silent no-op that returns false.",
           "the-first-one-wins");
  Promise<int> kept;
  EXPECT_TRUE(kept.resolve(1));
  EXPECT_FALSE(kept.resolve(2));
  EXPECT_FALSE(kept.reject(error("late")));
  EXPECT_EQ(kept.await(), 1);

  Promise<int> broken;
  EXPECT_TRUE(broken.reject(error("first")));
  EXPECT_FALSE(broken.resolve(2));
  EXPECT_THROW(broken.await(), std::runtime_error);
}

TEST(OncePromise, AnAwaiterSleepsUntilItIsSettled) {
  contract("await() blocks until the promise is settled by another thread.", "wake-them-all");
  Promise<int> promise;
  ASSERT_FALSE(promise.ready());
  ParkingSpot spot;
  std::jthread resolver([&] {
    spot.wait_until_parked();
    EXPECT_TRUE(promise.resolve(42));
  });
  spot.arriving();
  EXPECT_EQ(promise.await(), 42);
}

TEST(OncePromise, EveryAwaiterSeesTheSameObject) {
  contract("All awaiters get the same object, and nothing is copied.", "wake-them-all");
  Promise<std::unique_ptr<int>> promise;
  EXPECT_TRUE(promise.resolve(std::make_unique<int>(9)));
  const std::unique_ptr<int>* elsewhere = nullptr;
  std::jthread([&] { elsewhere = &promise.await(); }).join();
  EXPECT_EQ(&promise.await(), elsewhere);
  EXPECT_EQ(**elsewhere, 9);
}

TEST(OncePromise, AnAwaiterCanBeStopped) {
  contract("A stop ends one wait with operation_canceled; the promise stays pending.",
           "giving-up-is-not-settling");
  Promise<int> promise;
  ASSERT_FALSE(promise.ready());
  std::stop_source source;
  source.request_stop();
  try {
    promise.await(source.get_token());
    ADD_FAILURE() << "await() returned a value that nobody has resolved";
  } catch (const std::system_error& stopped) {
    EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
  }
  EXPECT_FALSE(promise.ready());
  EXPECT_TRUE(promise.resolve(5));
  EXPECT_EQ(promise.await(), 5);
}

TEST(OncePromise, AnAwaiterHasADeadline) {
  contract("A deadline ends one wait with timed_out; the promise stays pending.",
           "giving-up-is-not-settling");
  Promise<int> promise;
  const auto deadline = std::chrono::steady_clock::now() + 2ms;
  try {
    promise.await_until(deadline);
    ADD_FAILURE() << "await_until() returned a value that nobody has resolved";
  } catch (const std::system_error& late) {
    EXPECT_EQ(late.code(), std::errc::timed_out);
  }
  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  EXPECT_FALSE(promise.ready());
  EXPECT_TRUE(promise.resolve(5));
  EXPECT_EQ(promise.await_until(deadline), 5);
}

TEST(OncePromise, StaysWhereItIs) {
  contract("A promise is neither copied nor moved: awaiters hold on to its address.",
           "a-slot-for-one-outcome");
  Promise<int> promise;
  EXPECT_FALSE(promise.ready());
  EXPECT_FALSE(std::is_copy_constructible_v<Promise<int>>);
  EXPECT_FALSE(std::is_copy_assignable_v<Promise<int>>);
  EXPECT_FALSE(std::is_move_constructible_v<Promise<int>>);
  EXPECT_FALSE(std::is_move_assignable_v<Promise<int>>);
}

}  // namespace
