#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "01-one-shot-promise/one_shot.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::get_within;
using promissory::run_async;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using namespace std::chrono_literals;

/// Open at the end of the test at the latest, however the test ends. Shared, because a detached
/// thread may outlive the test's stack.
struct HeldGate {
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  ~HeldGate() { gate->open(); }
};

TEST(OneShotPromise, GetDeliversTheValue) {
  contract("The future delivers what the function returned.", "a-thread-and-a-slot");
  EXPECT_EQ(run_async([] { return 42; }).get(), 42);
}

TEST(OneShotPromise, TheWorkRunsOnAThreadOfItsOwn) {
  contract("The function runs on a thread of its own.", "a-thread-and-a-slot");
  EXPECT_NE(run_async([] { return std::this_thread::get_id(); }).get(), std::this_thread::get_id());
}

TEST(OneShotPromise, TheCallerGoesOnWhileTheWorkRuns) {
  contract("run_async returns at once; the caller can do other work until it asks for the value.",
           "a-thread-and-a-slot");
  HeldGate held;
  std::future<int> future = run_async([gate = held.gate] {
    gate->wait();
    return 7;
  });
  held.gate->open();
  EXPECT_EQ(future.get(), 7);
}

TEST(OneShotPromise, TheWorkStartsBeforeAnybodyAsks) {
  contract("The work starts at once, not when somebody asks for the value, and the value is kept.",
           "a-thread-and-a-slot");
  auto started = std::make_shared<Gate>();
  std::future<int> future = run_async([started] {
    started->open();
    return 5;
  });
  started->wait();
  EXPECT_EQ(future.get(), 5);
}

TEST(OneShotPromise, CarriesTypesThatCannotBeCopiedOrDefaulted) {
  contract("The value is moved along: never copied, default-constructed or assigned.",
           "what-a-slot-can-hold");
  EXPECT_EQ(*run_async([] { return MoveOnly(1); }).get().value, 1);
  std::future<NoDefault> future = run_async([] { return NoDefault(2); });
  future.wait();
  std::optional<NoDefault> value = get_within(future, 0ms);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->value, 2);
}

TEST(OneShotPromise, AnExceptionArrivesAtGet) {
  contract("What the function throws is thrown by get(), in the thread of the caller.",
           "exceptions-cross-threads");
  std::future<int> future = run_async([]() -> int { throw std::out_of_range("no such user"); });
  EXPECT_THROW(future.get(), std::out_of_range);
}

TEST(OneShotPromise, DroppingTheFutureDoesNotWait) {
  contract("Dropping the future does not wait for the work.", "dropping-a-future");
  HeldGate held;
  {
    std::future<int> dropped = run_async([gate = held.gate] {
      gate->wait();
      return 1;
    });
  }
  EXPECT_FALSE(held.gate->is_open());
}

TEST(OneShotPromise, GetWithinReturnsAValueThatIsThere) {
  contract("get_within returns the value when it comes in time.", "waiting-with-a-limit");
  std::future<int> future = run_async([] { return 42; });
  EXPECT_EQ(get_within(future, 1h), 42);
}

TEST(OneShotPromise, GetWithinGivesUpAndCanBeAskedAgain) {
  contract("After a timeout the future is as good as before: ask again and the value comes.",
           "waiting-with-a-limit");
  HeldGate held;
  std::future<int> future = run_async([gate = held.gate] {
    gate->wait();
    return 42;
  });
  EXPECT_EQ(get_within(future, 1ms), std::nullopt);
  held.gate->open();
  EXPECT_EQ(get_within(future, 1h), 42);
}

TEST(OneShotPromise, GetWithinRethrows) {
  contract("get_within throws what the work threw: a failure is not a timeout.",
           "waiting-with-a-limit");
  std::future<int> future = run_async([]() -> int { throw std::out_of_range("no such user"); });
  EXPECT_THROW(get_within(future, 1h), std::out_of_range);
}

}  // namespace
