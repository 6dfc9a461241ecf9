#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "02-result/result.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::capture;
using promissory::Failure;
using promissory::failure;
using promissory::OneShot;
using promissory::Result;
using promissory::run_result;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using namespace std::chrono_literals;

TEST(Result, HoldsAValue) {
  contract("A Result that is made of a value has it.", "a-value-or-an-error");
  Result<int> result = 42;
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), 42);
  EXPECT_EQ(*result, 42);
  Result<std::string> text = std::string("alice");
  EXPECT_EQ(text->size(), 5U);
}

TEST(Result, HoldsAnError) {
  contract("A Result that is made of a failure has the error and no value.", "a-value-or-an-error");
  const std::exception_ptr error = std::make_exception_ptr(std::out_of_range("no such user"));
  Result<int> result = Failure(error);
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error(), error);
}

TEST(Result, ValueRethrowsTheError) {
  contract("value() never makes a value up: without one it throws the error.",
           "a-value-or-an-error");
  Result<int> result = failure(std::out_of_range("no such user"));
  EXPECT_THROW(static_cast<void>(result.value()), std::out_of_range);
}

TEST(Result, ValueOrStandsInForTheError) {
  contract("value_or gives the value, or the other one when there is an error.",
           "a-value-or-an-error");
  EXPECT_EQ(Result<int>(1).value_or(2), 1);
  EXPECT_EQ(Result<int>(failure(std::out_of_range("no such user"))).value_or(2), 2);
}

TEST(Result, AFailureNeedsAnError) {
  contract("A Failure of no error is refused: nobody could tell it from success.",
           "a-value-or-an-error");
  EXPECT_THROW(Failure{nullptr}, std::invalid_argument);
}

TEST(Result, CarriesTypesThatCannotBeCopiedOrDefaulted) {
  contract("A Result carries what can be moved: no copy, default value or assignment is needed.",
           "awkward-values");
  Result<MoveOnly> result = MoveOnly(3);
  MoveOnly value = std::move(result).value();
  EXPECT_EQ(*value.value, 3);
  Result<NoDefault> constant = NoDefault(4);
  EXPECT_EQ(constant->value, 4);
}

TEST(Result, CaptureTurnsWhatHappensIntoAResult) {
  contract("capture makes a Result of a value, of an exception, and of nothing at all.",
           "catching-everything");
  EXPECT_EQ(capture([] { return 42; }).value(), 42);
  Result<int> failed = capture([]() -> int { throw std::out_of_range("no such user"); });
  EXPECT_THROW(static_cast<void>(failed.value()), std::out_of_range);
  Result<Unit> done = capture([] {});
  EXPECT_TRUE(done.has_value());
}

TEST(Result, AThreadHandsOverAValue) {
  contract("run_result runs the function on a thread and get() hands over its value.",
           "one-channel");
  OneShot<int> shot = run_result([] { return 42; });
  EXPECT_EQ(shot.get().value(), 42);
}

TEST(Result, AThreadHandsOverAnError) {
  contract("What the function throws arrives as an error, on the same way as the value would.",
           "one-channel");
  OneShot<int> shot = run_result([]() -> int { throw std::out_of_range("no such user"); });
  Result<int> result = shot.get();
  ASSERT_FALSE(result.has_value());
  EXPECT_THROW(std::rethrow_exception(result.error()), std::out_of_range);
}

TEST(Result, GetWithinGivesUpAndCanBeAskedAgain) {
  contract("After a timeout nothing is consumed: ask again and the outcome comes.", "one-channel");
  Gate gate;
  OneShot<int> shot = run_result([&] {
    gate.wait();
    return 42;
  });
  const bool there = shot.get_within(1ms).has_value();
  gate.open();
  EXPECT_FALSE(there);
  std::optional<Result<int>> result = shot.get_within(1h);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->value(), 42);
}

TEST(Result, TheOutcomeIsHandedOutOnce) {
  contract("A second get() is told at once that there is nothing left: it neither waits nor lies.",
           "one-channel");
  OneShot<int> shot = run_result([] { return 42; });
  EXPECT_EQ(shot.get().value(), 42);
  EXPECT_THROW(static_cast<void>(shot.get().value()), std::future_error);
}

TEST(Result, TheOwnerWaitsForItsThread) {
  contract("A OneShot that goes out of scope waits for its thread: no work outlives its owner.",
           "owning-the-thread");
  Gate gate;
  int written = 0;
  {
    [[maybe_unused]] OneShot<Unit> shot = run_result([&] {
      gate.wait();
      written = 1;
    });
    gate.open();
  }
  EXPECT_EQ(written, 1);
}

}  // namespace
