#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "02-result/result.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Result;
using promissory::run_result;
using promissory::support::contract;
using namespace std::chrono_literals;

/// The text of the error, however it is typed.
template <class T>
std::string error_of(const Result<T>& result) {
  if (result) return "no error";
  try {
    std::rethrow_exception(result.error());
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "no std::exception";
  }
}

TEST(ResultExplored, TheOutcomeIsOneInEveryOrder) {
  contract("A waiter gets the error of the work, whether it asks before or after it.",
           "one-channel");
  EXPLORE({.schedules = 500}) {
    auto shot = run_result([]() -> int { throw std::runtime_error("no route"); });
    EXPECT_EQ(error_of(shot.get()), "no route");
  };
}

TEST(ResultExplored, TheValueArrivesInEveryOrder) {
  contract("A waiter gets the value of the work, whether it asks before or after it.",
           "one-channel");
  EXPLORE({.schedules = 500}) {
    auto shot = run_result([] { return std::make_unique<int>(42); });
    const auto result = shot.get();
    ASSERT_TRUE(result);
    EXPECT_EQ(**result, 42);
  };
}

TEST(ResultExplored, ADroppedOneShotOutlivesItsWork) {
  contract("When the one-shot is gone, its work has ended.", "owning-the-thread");
  EXPLORE({.schedules = 500}) {
    int written = 0;
    {
      const auto shot = run_result([&] { return written = 1; });
    }
    EXPECT_EQ(written, 1);
  };
}

TEST(ResultExplored, ALookChangesNothing) {
  contract("get_within consumes nothing when it times out.", "one-channel");
  EXPLORE({.schedules = 500}) {
    auto shot = run_result([] { return 7; });
    auto result = shot.get_within(0s);
    if (!result) result = shot.get();
    ASSERT_TRUE(*result);
    EXPECT_EQ(**result, 7);
    EXPECT_FALSE(shot.get());
  };
}

}  // namespace
