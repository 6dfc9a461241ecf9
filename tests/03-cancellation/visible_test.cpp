#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <future>
#include <stdexcept>
#include <stop_token>
#include <system_error>

#include "03-cancellation/cancellation.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::CancellableOneShot;
using promissory::Result;
using promissory::run_cancellable;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

/// Opens the gate at the end of its scope: a test that fails half-way leaves no thread waiting.
struct OpenAtExit {
  Gate& gate;
  ~OpenAtExit() { gate.open(); }
};

/// A token that has been stopped.
std::stop_token stopped() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

template <class T>
testing::AssertionResult failed_with(std::errc expected, const Result<T>& result) {
  if (result.has_value()) return testing::AssertionFailure() << "there is a value";
  try {
    std::rethrow_exception(result.error());
  } catch (const std::system_error& error) {
    if (error.code() == expected) return testing::AssertionSuccess();
    return testing::AssertionFailure() << error.what();
  } catch (...) {
    return testing::AssertionFailure() << "another exception than std::system_error";
  }
}

TEST(Cancellation, AwaitHandsOverTheValue) {
  contract("await hands over what the function returns.", "two-tokens");
  CancellableOneShot<int> shot = run_cancellable({}, [](std::stop_token) { return 42; });
  EXPECT_EQ(shot.await().value(), 42);
}

TEST(Cancellation, AwaitHandsOverTheError) {
  contract("What the function throws arrives as an error.", "two-tokens");
  CancellableOneShot<int> shot =
      run_cancellable({}, [](std::stop_token) -> int { throw std::out_of_range("no such user"); });
  EXPECT_THROW(static_cast<void>(shot.await().value()), std::out_of_range);
}

TEST(Cancellation, TheProducerHearsTheTokenItWasStartedWith) {
  contract("Stopping the token given to run_cancellable stops the token of the function.",
           "the-producers-token");
  Gate never;
  std::stop_source source;
  auto shot =
      run_cancellable(source.get_token(), [&](std::stop_token token) { return never.wait(token); });
  source.request_stop();
  EXPECT_FALSE(shot.await().value()) << "the function waited on although it was stopped";
}

TEST(Cancellation, TheProducerHearsRequestStop) {
  contract("request_stop() stops the token of the function.", "the-producers-token");
  Gate never;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return never.wait(token); });
  EXPECT_TRUE(shot.request_stop());
  EXPECT_FALSE(shot.request_stop()) << "it had been asked before";
  EXPECT_FALSE(shot.await().value()) << "the function waited on although it was stopped";
}

TEST(Cancellation, AnAwaiterGivesUpWhenItsTokenIsStopped) {
  contract("An awaiter whose token is stopped gets operation_canceled instead of waiting.",
           "the-awaiters-token");
  Gate gate;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  EXPECT_TRUE(failed_with(std::errc::operation_canceled, shot.await(stopped())));
}

TEST(Cancellation, AnAwaiterGivesUpAtItsDeadline) {
  contract("An awaiter whose deadline passes gets timed_out.", "deadlines");
  Gate gate;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  const auto deadline = std::chrono::steady_clock::now() + 5ms;
  EXPECT_TRUE(failed_with(std::errc::timed_out, shot.await_until(deadline)));
}

TEST(Cancellation, GivingUpConsumesNothing) {
  contract("Giving up is not stopping: the producer works on, and a later await gets the value.",
           "giving-up-is-not-stopping");
  Gate gate;
  auto shot = run_cancellable({}, [&](std::stop_token token) { return gate.wait(token); });
  OpenAtExit opened{gate};
  EXPECT_FALSE(shot.await(stopped()).has_value());
  EXPECT_FALSE(shot.await_until(std::chrono::steady_clock::now()).has_value());
  gate.open();
  EXPECT_TRUE(shot.await().value()) << "the function was stopped when its awaiter gave up";
}

TEST(Cancellation, TheOutcomeIsHandedOutOnce) {
  contract("After the outcome is handed out, await says no_state at once.", "two-tokens");
  auto shot = run_cancellable({}, [](std::stop_token) { return 42; });
  EXPECT_EQ(shot.await().value(), 42);
  EXPECT_THROW(static_cast<void>(shot.await().value()), std::future_error);
}

TEST(Cancellation, TheDestructorStopsTheProducerAndWaits) {
  contract("The destructor asks the producer to stop and waits for its end: no zombie work.",
           "giving-up-is-not-stopping");
  Gate never;
  bool heard = false;
  {
    [[maybe_unused]] auto shot =
        run_cancellable({}, [&](std::stop_token token) { heard = !never.wait(token); });
  }
  EXPECT_TRUE(heard);
}

}  // namespace
