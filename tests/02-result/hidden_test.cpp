#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "02-result/result.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"

namespace {

using promissory::capture;
using promissory::Failure;
using promissory::failure;
using promissory::OneShot;
using promissory::Result;
using promissory::run_result;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using promissory::support::ParkingSpot;
using promissory::support::ThrowsOnMove;
using namespace std::chrono_literals;

/// Opens the gate at the end of its scope: a test that fails half-way leaves no thread waiting.
struct OpenAtExit {
  Gate& gate;
  ~OpenAtExit() { gate.open(); }
};

template <class T>
testing::AssertionResult is_no_state(const Result<T>& result) {
  if (result.has_value()) return testing::AssertionFailure() << "there is a value";
  try {
    std::rethrow_exception(result.error());
  } catch (const std::future_error& error) {
    if (error.code() == std::future_errc::no_state) return testing::AssertionSuccess();
    return testing::AssertionFailure() << error.what();
  } catch (...) {
    return testing::AssertionFailure() << "another exception than std::future_error";
  }
}

TEST(ResultHidden, CanBeCopiedExactlyWhenItsValueCan) {
  contract("A Result can be copied exactly when its value can, and always be moved.",
           "awkward-values");
  const Result<int> original = 5;
  const Result<int> copy = original;
  EXPECT_EQ(original.value(), copy.value());
  EXPECT_TRUE(std::is_copy_constructible_v<Result<int>>);
  EXPECT_TRUE(std::is_copy_assignable_v<Result<int>>);
  EXPECT_FALSE(std::is_copy_constructible_v<Result<MoveOnly>>);
  EXPECT_TRUE(std::is_nothrow_move_constructible_v<Result<MoveOnly>>);
}

TEST(ResultHidden, IsNeitherEmptyNorTakenForItsValue) {
  contract("A Result is never made of nothing, and a false or zero value is still a value.",
           "a-value-or-an-error");
  const Result<bool> no = false;
  EXPECT_TRUE(no.has_value());
  EXPECT_TRUE(static_cast<bool>(no));
  EXPECT_FALSE(no.value());
  EXPECT_FALSE(std::is_default_constructible_v<Result<int>>);
  EXPECT_FALSE((std::is_convertible_v<Result<int>, bool>)) << "operator bool must be explicit";
  EXPECT_FALSE((std::is_convertible_v<std::exception_ptr, Result<int>>));
}

TEST(ResultHidden, AnExceptionPtrCanBeAValue) {
  contract("Only a Failure is an error: an exception_ptr may also be the value.",
           "a-value-or-an-error");
  const std::exception_ptr pointer = std::make_exception_ptr(std::out_of_range("no such user"));
  const Result<std::exception_ptr> value = pointer;
  EXPECT_TRUE(value.has_value());
  EXPECT_EQ(value.value(), pointer);
  const Result<std::exception_ptr> error = Failure(pointer);
  EXPECT_FALSE(error.has_value());
}

TEST(ResultHidden, AFailureOfNothingIsRefused) {
  contract("A null exception_ptr, a default one or one that was moved from, is refused.",
           "a-value-or-an-error");
  std::exception_ptr error = std::make_exception_ptr(7);
  const Result<int> failed = Failure(std::move(error));
  EXPECT_FALSE(failed.has_value());
  EXPECT_THROW(Failure{std::exception_ptr{}}, std::invalid_argument);
  EXPECT_THROW(Failure{std::current_exception()}, std::invalid_argument);
}

TEST(ResultHidden, EveryFormOfValueRethrows) {
  contract("value() rethrows the error, called on whatever kind of Result, again and again.",
           "a-value-or-an-error");
  Result<int> result = failure(std::out_of_range("no such user"));
  for (int again = 0; again < 3; ++again) {
    EXPECT_THROW(static_cast<void>(result.value()), std::out_of_range);
    EXPECT_THROW(static_cast<void>(std::as_const(result).value()), std::out_of_range);
    EXPECT_THROW(static_cast<void>(Result<int>(result).value()), std::out_of_range);
  }
  EXPECT_FALSE(result.has_value());
}

TEST(ResultHidden, TheValueCanBeChangedAndMovedOut) {
  contract("The value of a Result can be changed in place and moved out of an rvalue.",
           "awkward-values");
  Result<std::string> text = std::string("ali");
  text.value() += 'c';
  *text += 'e';
  text->push_back('!');
  EXPECT_EQ(std::as_const(text).value(), "alice!");
  const std::string taken = *std::move(text);
  EXPECT_EQ(taken, "alice!");
  EXPECT_EQ(*Result<MoveOnly>(MoveOnly(2)).value_or(MoveOnly(3)).value, 2);
  EXPECT_EQ(*Result<MoveOnly>(failure(1)).value_or(MoveOnly(3)).value, 3);
}

TEST(ResultHidden, CopiesShareTheError) {
  contract("A copy of a failed Result holds the same exception, and so does what it is moved to.",
           "a-value-or-an-error");
  Result<int> result = failure(std::out_of_range("no such user"));
  const std::exception_ptr error = result.error();
  Result<int> copy = 1;
  copy = result;
  const Result<int> moved = std::move(result);
  EXPECT_EQ(copy.error(), error);
  EXPECT_EQ(moved.error(), error);
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(const ThrowsWhenCopied& other) : armed(other.armed) {
    if (armed) throw std::runtime_error("copy");
  }
  ThrowsWhenCopied& operator=(const ThrowsWhenCopied&) = default;
  bool armed = false;
};

TEST(ResultHidden, IsNeverEmptyNotEvenAfterAnAssignmentThatThrew) {
  contract("An assignment that throws leaves a Result with what it had, never with nothing.",
           "awkward-values");
  Result<ThrowsWhenCopied> source = ThrowsWhenCopied();
  source->armed = true;
  Result<ThrowsWhenCopied> target = failure(std::out_of_range("no such user"));
  const std::exception_ptr error = target.error();
  EXPECT_THROW(target = source, std::runtime_error);
  ASSERT_FALSE(target.has_value());
  EXPECT_EQ(target.error(), error);
  EXPECT_TRUE(source.has_value());
}

TEST(ResultHidden, AssignmentGoesBothWays) {
  contract("A Result that is assigned has exactly what it is assigned, value or error.",
           "awkward-values");
  std::atomic<int> alive = 0;
  {
    Result<Counted> result = Counted(alive, 1);
    result = failure(std::out_of_range("no such user"));
    EXPECT_FALSE(result.has_value());
    EXPECT_EQ(alive, 0) << "the value is gone when the error has replaced it";
    result = Result<Counted>(Counted(alive, 2));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result.value().value, 2);
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(ResultHidden, CaptureCatchesWhatIsNoStdException) {
  contract("capture catches whatever can be thrown.", "catching-everything");
  const Result<int> result = capture([]() -> int { throw 7; });
  ASSERT_FALSE(result.has_value());
  EXPECT_THROW(std::rethrow_exception(result.error()), int);
  const Result<Unit> nothing = capture([] { throw std::string("text"); });
  EXPECT_FALSE(nothing.has_value());
}

TEST(ResultHidden, CaptureDoesNotNest) {
  contract("A function that returns a Result is captured as that Result, not as one of another.",
           "catching-everything");
  Result<int> value = capture([] { return Result<int>(1); });
  EXPECT_EQ(value.value(), 1);
  Result<int> error = capture([]() -> Result<int> { return failure(7); });
  EXPECT_FALSE(error.has_value());
  Result<int> thrown = capture([]() -> Result<int> { throw 7; });
  EXPECT_FALSE(thrown.has_value());
  OneShot<int> shot = run_result([]() -> Result<int> { return failure(7); });
  EXPECT_FALSE(shot.get().has_value());
}

TEST(ResultHidden, CaptureTakesFunctionsOfEveryKind) {
  contract("capture calls a function the way it is given, and copies what a reference refers to.",
           "catching-everything");
  struct OnlyOnce {
    MoveOnly value;
    MoveOnly operator()() && { return std::move(value); }
  };
  EXPECT_EQ(*capture(OnlyOnce{MoveOnly(1)}).value().value, 1);
  std::string text = "alice";
  Result<std::string> copy = capture([&]() -> const std::string& { return text; });
  text = "bob";
  EXPECT_EQ(copy.value(), "alice");
}

TEST(ResultHidden, CaptureCatchesAMoveThatThrows) {
  contract("A value that cannot be moved into the Result becomes an error, here and in a thread.",
           "catching-everything");
  const Result<ThrowsOnMove> here = capture([] { return ThrowsOnMove(1); });
  EXPECT_FALSE(here.has_value());
  OneShot<ThrowsOnMove> shot = run_result([] { return ThrowsOnMove(1); });
  const Result<ThrowsOnMove> there = shot.get();
  ASSERT_FALSE(there.has_value());
  EXPECT_THROW(std::rethrow_exception(there.error()), std::runtime_error);
}

TEST(ResultHidden, NothingEscapesTheThread) {
  contract("No exception of any type ends the process: each arrives where it is asked for.",
           "catching-everything");
  OneShot<int> number = run_result([]() -> int { throw 7; });
  OneShot<Unit> text = run_result([] { throw std::string("text"); });
  const Result<int> result = number.get();
  ASSERT_FALSE(result.has_value());
  EXPECT_THROW(std::rethrow_exception(result.error()), int);
  EXPECT_FALSE(text.get().has_value());
}

TEST(ResultHidden, TheErrorIsTheErrorOfTheWork) {
  contract("The error that arrives is the one that the work threw, not a broken promise.",
           "one-channel");
  OneShot<int> shot = run_result([]() -> int { throw std::out_of_range("no such user"); });
  const Result<int> result = shot.get();
  ASSERT_FALSE(result.has_value());
  try {
    std::rethrow_exception(result.error());
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "no such user");
  }
}

TEST(ResultHidden, AWaiterGetsTheErrorThatComesLater) {
  contract("Whoever already waits when the work fails gets the error of the work.", "one-channel");
  Gate gate;
  ParkingSpot spot;
  std::optional<Result<int>> result;
  OneShot<int> shot = run_result([&]() -> int {
    gate.wait();
    throw 7;
  });
  OpenAtExit opened{gate};
  {
    std::jthread waiter([&] {
      spot.arriving();
      result.emplace(shot.get());
    });
    spot.wait_until_parked();
    gate.open();
  }
  ASSERT_TRUE(result.has_value());
  ASSERT_FALSE(result->has_value());
  EXPECT_THROW(std::rethrow_exception(result->error()), int);
}

TEST(ResultHidden, AnUnaskedErrorEndsNothing) {
  contract("An error that nobody asks for is dropped with its OneShot.", "owning-the-thread");
  {
    [[maybe_unused]] OneShot<int> dropped = run_result([]() -> int { throw 7; });
  }
  OneShot<int> next = run_result([] { return 1; });
  EXPECT_EQ(next.get().value(), 1);
}

TEST(ResultHidden, TheSecondGetIsToldAtOnce) {
  contract("After the outcome is handed out, every further request gets no_state, at once.",
           "one-channel");
  OneShot<MoveOnly> shot = run_result([] { return MoveOnly(1); });
  EXPECT_TRUE(shot.get().has_value());
  EXPECT_TRUE(is_no_state(shot.get()));
  std::optional<Result<MoveOnly>> again = shot.get_within(1h);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(is_no_state(*again));
  EXPECT_TRUE(is_no_state(shot.get()));
}

TEST(ResultHidden, AnErrorIsHandedOutOnceToo) {
  contract("An error is an outcome like a value: it is handed out once.", "one-channel");
  OneShot<int> shot = run_result([]() -> int { throw 7; });
  std::optional<Result<int>> first = shot.get_within(1h);
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(is_no_state(*first));
  EXPECT_TRUE(is_no_state(shot.get()));
}

TEST(ResultHidden, AMovedFromOneShotIsToldAtOnce) {
  contract("A OneShot that was moved from has nothing to wait for, and says so.",
           "owning-the-thread");
  OneShot<int> source = run_result([] { return 1; });
  OneShot<int> target = std::move(source);
  EXPECT_TRUE(is_no_state(source.get()));  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(target.get().value(), 1);
}

TEST(ResultHidden, GetWithinLooksWithoutWaiting) {
  contract("A timeout of zero, or below, looks without waiting, as often as one likes.",
           "one-channel");
  Gate gate;
  OneShot<int> shot = run_result([&] {
    gate.wait();
    return 6;
  });
  OpenAtExit opened{gate};
  for (int look = 0; look < 1000; ++look) ASSERT_FALSE(shot.get_within(0ms).has_value());
  EXPECT_FALSE(shot.get_within(-1h).has_value());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(shot.get_within(20ms).has_value());
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
  gate.open();
  EXPECT_EQ(shot.get().value(), 6);
}

TEST(ResultHidden, AWaiterIsWokenByTheOutcome) {
  contract("Whoever waits for the outcome is woken when it comes.", "one-channel");
  Gate gate;
  ParkingSpot spot;
  std::optional<int> value;
  OneShot<int> shot = run_result([&] {
    gate.wait();
    return 8;
  });
  OpenAtExit opened{gate};
  {
    std::jthread waiter([&] {
      spot.arriving();
      value = shot.get().value_or(0);
    });
    spot.wait_until_parked();
    gate.open();
  }
  EXPECT_EQ(value, 8);
}

TEST(ResultHidden, TheDestructorWaitsForTheWork) {
  contract("The destructor of a OneShot returns after the work has ended, and not before.",
           "owning-the-thread");
  Gate gate;
  ParkingSpot spot;
  std::atomic<bool> done = false;
  bool done_after_scope = false;
  auto shot = std::make_optional(run_result([&] {
    gate.wait();
    done = true;
  }));
  OpenAtExit opened{gate};
  {
    std::jthread owner([&] {
      spot.arriving();
      shot.reset();
      done_after_scope = done;
    });
    spot.wait_until_parked();
    gate.open();
  }
  EXPECT_TRUE(done_after_scope);
}

TEST(ResultHidden, AssigningOverAOneShotWaitsForItsWork) {
  contract("A OneShot that is assigned over waits for the work that it owned.",
           "owning-the-thread");
  std::atomic<int> done = 0;
  OneShot<int> shot = run_result([&] { return ++done; });
  shot = run_result([] { return 2; });
  EXPECT_EQ(done, 1);
  EXPECT_EQ(shot.get().value(), 2);
}

TEST(ResultHidden, ManyAtOnceKeepApart) {
  contract("Every OneShot hands over its own outcome, value or error.", "one-channel");
  for (int round = 0; round < 50; ++round) {
    std::vector<OneShot<int>> shots;
    for (int i = 0; i < 8; ++i) {
      shots.push_back(run_result([i, own = std::make_unique<int>(i)] {
        if (i % 2 == 1) throw i;
        return *own;
      }));
    }
    for (int i = 0; i < 8; ++i) {
      const Result<int> result = shots[i].get();
      ASSERT_EQ(result.has_value(), i % 2 == 0);
      ASSERT_EQ(result.value_or(i), i);
    }
  }
}

TEST(ResultHidden, NothingIsLeftBehind) {
  contract("Values that are handed over, and values that nobody took, are freed.",
           "owning-the-thread");
  std::atomic<int> alive = 0;
  {
    OneShot<Counted> taken = run_result([&] { return Counted(alive, 1); });
    [[maybe_unused]] OneShot<Counted> left = run_result([&] { return Counted(alive, 2); });
    EXPECT_EQ(taken.get().value().value, 1);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
