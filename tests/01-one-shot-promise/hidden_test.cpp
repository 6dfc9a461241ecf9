#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "01-one-shot-promise/one_shot.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"

namespace {

using promissory::get_within;
using promissory::run_async;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::ParkingSpot;
using namespace std::chrono_literals;

/// Open at the end of the test at the latest, however the test ends. Shared, because a detached
/// thread may outlive the test's stack.
struct HeldGate {
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  ~HeldGate() { gate->open(); }
};

/// Opens `gate` when the last copy is gone: whoever waits for the gate waits for the memory.
std::shared_ptr<void> opens_when_freed(std::shared_ptr<Gate> gate) {
  return {nullptr, [gate = std::move(gate)](void*) { gate->open(); }};
}

std::future_errc code_of(const std::future_error& error) {
  return static_cast<std::future_errc>(error.code().value());
}

TEST(OneShotPromiseHidden, AMoveOnlyFunctionIsMovedIn) {
  contract("A function that cannot be copied is moved into its thread.", "what-a-slot-can-hold");
  auto number = std::make_unique<int>(3);
  EXPECT_EQ(run_async([number = std::move(number)] { return *number; }).get(), 3);
}

TEST(OneShotPromiseHidden, AMoveOnlyFunctionMayReturnAMoveOnlyValue) {
  contract("A move-only function may hand over a move-only value.", "what-a-slot-can-hold");
  std::future<MoveOnly> future =
      run_async([value = MoveOnly(4)]() mutable { return std::move(value); });
  std::optional<MoveOnly> value = get_within(future, 1h);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(*value->value, 4);
}

TEST(OneShotPromiseHidden, TheThreadOwnsTheFunction) {
  contract("The thread owns the function: the caller's copy may be gone before the work begins.",
           "what-the-thread-holds");
  HeldGate held;
  std::future<std::string> future = run_async([gate = held.gate, text = std::string(100, 'x')] {
    gate->wait();
    return text;
  });
  held.gate->open();
  EXPECT_EQ(future.get(), std::string(100, 'x'));
}

TEST(OneShotPromiseHidden, TheFunctionIsCalledOnce) {
  contract("The function is called once, however often somebody looks.", "a-thread-and-a-slot");
  auto calls = std::make_shared<std::atomic<int>>(0);
  std::future<int> future = run_async([calls] { return ++*calls; });
  future.wait();
  future.wait();
  EXPECT_EQ(get_within(future, 0ms), 1);
  EXPECT_EQ(*calls, 1);
}

TEST(OneShotPromiseHidden, AnExceptionNeedNotBeAStdException) {
  contract("Anything that can be thrown arrives at get(), also what is no std::exception.",
           "exceptions-cross-threads");
  std::future<int> future = run_async([]() -> int { throw 7; });
  try {
    future.get();
    FAIL() << "get() returned although the function threw";
  } catch (int thrown) {
    EXPECT_EQ(thrown, 7);
  }
}

TEST(OneShotPromiseHidden, AnExceptionKeepsItsTypeAndItsText) {
  contract("The exception arrives as it was thrown: same type, same text.",
           "exceptions-cross-threads");
  std::future<int> future = run_async([]() -> int { throw std::range_error("row 17"); });
  try {
    get_within(future, 1h);
    FAIL() << "get_within returned although the function threw";
  } catch (const std::range_error& error) {
    EXPECT_STREQ(error.what(), "row 17");
  }
}

TEST(OneShotPromiseHidden, AnAbandonedFutureLetsTheWorkFinish) {
  contract("Giving up is not stopping: abandoned work runs to its end.", "dropping-a-future");
  HeldGate held;
  auto finished = std::make_shared<Gate>();
  {
    std::future<int> abandoned = run_async([gate = held.gate, finished] {
      gate->wait();
      finished->open();
      return 1;
    });
    EXPECT_EQ(get_within(abandoned, 0ms), std::nullopt);
  }
  EXPECT_FALSE(finished->is_open());
  held.gate->open();
  finished->wait();
}

TEST(OneShotPromiseHidden, ADiscardedReturnValueDoesNotBlock) {
  contract("A future that is not even stored does not block its caller.", "dropping-a-future");
  HeldGate held;
  run_async([gate = held.gate] {
    gate->wait();
    return 1;
  });
  EXPECT_FALSE(held.gate->is_open());
}

TEST(OneShotPromiseHidden, OverwritingTheFutureDoesNotBlock) {
  contract("A future that is overwritten by the next one does not block.", "dropping-a-future");
  HeldGate held;
  std::future<int> future = run_async([gate = held.gate] {
    gate->wait();
    return 1;
  });
  future = run_async([] { return 2; });
  EXPECT_FALSE(held.gate->is_open());
  EXPECT_EQ(future.get(), 2);
}

TEST(OneShotPromiseHidden, AnAbandonedFutureFreesTheFunctionAndTheValue) {
  contract("An abandoned future costs nothing: the function and the value are freed.",
           "dropping-a-future");
  HeldGate held;
  auto function_freed = std::make_shared<Gate>();
  auto value_freed = std::make_shared<Gate>();
  {
    auto abandoned = run_async([gate = held.gate, mine = opens_when_freed(function_freed),
                                value = opens_when_freed(value_freed)]() mutable {
      gate->wait();
      return std::move(value);
    });
  }
  held.gate->open();
  function_freed->wait();
  value_freed->wait();
}

TEST(OneShotPromiseHidden, AnAbandonedFutureFreesTheException) {
  contract("An exception that nobody asks for ends nothing and is freed.", "dropping-a-future");
  HeldGate held;
  auto exception_freed = std::make_shared<Gate>();
  {
    auto abandoned =
        run_async([gate = held.gate, thrown = opens_when_freed(exception_freed)]() mutable -> int {
          gate->wait();
          throw std::pair(17, std::move(thrown));
        });
  }
  held.gate->open();
  exception_freed->wait();
}

TEST(OneShotPromiseHidden, AConsumedFutureIsRefused) {
  contract("The slot holds one value: asking a consumed future is an error, not a wait.",
           "one-shot-means-once");
  std::future<int> future = run_async([] { return 1; });
  EXPECT_EQ(get_within(future, 1h), 1);
  try {
    get_within(future, 1h);
    FAIL() << "get_within returned although the value had been taken";
  } catch (const std::future_error& error) {
    EXPECT_EQ(code_of(error), std::future_errc::no_state);
  }
}

TEST(OneShotPromiseHidden, AnExceptionConsumesTheFutureToo) {
  contract("An exception is an outcome like a value: it is handed out once.",
           "one-shot-means-once");
  std::future<int> future = run_async([]() -> int { throw std::out_of_range("no such user"); });
  EXPECT_THROW(get_within(future, 1h), std::out_of_range);
  EXPECT_FALSE(future.valid());
  EXPECT_THROW(get_within(future, 1h), std::future_error);
}

TEST(OneShotPromiseHidden, AFutureOfNothingIsRefused) {
  contract("A future that was never connected, or was moved from, is refused with no_state.",
           "one-shot-means-once");
  std::future<int> never_connected;
  try {
    get_within(never_connected, 0ms);
    FAIL() << "get_within returned although there is nothing to wait for";
  } catch (const std::future_error& error) {
    EXPECT_EQ(code_of(error), std::future_errc::no_state);
  }
  std::future<int> source = run_async([] { return 1; });
  std::future<int> target = std::move(source);
  EXPECT_THROW(get_within(source, 0ms), std::future_error);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(target.get(), 1);
}

TEST(OneShotPromiseHidden, ZeroMeansLook) {
  contract("A timeout of zero, or below, looks without waiting, and sees a value that is there.",
           "waiting-with-a-limit");
  for (const auto timeout : {0ms, -1ms, -3'600'000ms}) {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    EXPECT_EQ(get_within(future, timeout), std::nullopt);
    promise.set_value(1);
    EXPECT_EQ(get_within(future, timeout), 1);
  }
}

TEST(OneShotPromiseHidden, ManyLooksChangeNothing) {
  contract("However often one looks in vain, the value still comes.", "waiting-with-a-limit");
  HeldGate held;
  std::future<int> future = run_async([gate = held.gate] {
    gate->wait();
    return 6;
  });
  for (int look = 0; look < 1000; ++look) ASSERT_EQ(get_within(future, 0ms), std::nullopt);
  held.gate->open();
  EXPECT_EQ(get_within(future, 1h), 6);
}

TEST(OneShotPromiseHidden, GivesUpNoEarlierThanAsked) {
  contract("get_within gives up no earlier than its timeout says.", "waiting-with-a-limit");
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(get_within(future, 20ms), std::nullopt);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}

TEST(OneShotPromiseHidden, WakesAWaiterWhenTheValueComes) {
  contract("Whoever waits with a long timeout is woken when the value comes.",
           "waiting-with-a-limit");
  HeldGate held;
  std::future<int> future = run_async([gate = held.gate] {
    gate->wait();
    return 8;
  });
  ParkingSpot spot;
  std::optional<int> value;
  {
    std::jthread waiter([&] {
      spot.arriving();
      value = get_within(future, 1h);
    });
    spot.wait_until_parked();
    held.gate->open();
  }
  EXPECT_EQ(value, 8);
}

TEST(OneShotPromiseHidden, ADeferredFutureIsNeverThereInTime) {
  contract("get_within does not run a deferred function: it could outlast any timeout.",
           "waiting-with-a-limit");
  bool ran = false;
  std::future<int> future = std::async(std::launch::deferred, [&ran] {
    ran = true;
    return 1;
  });
  EXPECT_EQ(get_within(future, 0ms), std::nullopt);
  EXPECT_FALSE(ran);
}

TEST(OneShotPromiseHidden, AnEmptyOptionalIsAValue) {
  contract("A value that looks like nothing is still a value.", "what-a-slot-can-hold");
  std::future<std::optional<int>> future = run_async([] { return std::optional<int>(); });
  std::optional<std::optional<int>> value = get_within(future, 1h);
  ASSERT_TRUE(value.has_value());
  EXPECT_FALSE(value->has_value());
}

TEST(OneShotPromiseHidden, AllWorkRunsAtTheSameTime) {
  contract("Every call has a thread of its own: no work waits for another's end.",
           "a-thread-and-a-slot");
  constexpr int all = 8;
  auto everybody = std::make_shared<std::latch>(all);
  std::vector<std::future<int>> futures;
  for (int i = 0; i < all; ++i) {
    futures.push_back(run_async([i, everybody] {
      everybody->arrive_and_wait();
      return i;
    }));
  }
  for (int i = 0; i < all; ++i) EXPECT_EQ(futures[i].get(), i);
}

TEST(OneShotPromiseHidden, AThousandInTurnKeepApart) {
  contract("Used again and again, every future gets its own value.", "a-thread-and-a-slot");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(run_async([i] { return i; }).get(), i);
}

}  // namespace
