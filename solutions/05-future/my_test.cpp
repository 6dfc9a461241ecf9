// Property: whatever becomes of a resolver (it resolves, rejects, is dropped or assigned over), and
// whoever comes first, every awaiter returns, every callback runs exactly once, and all of them see
// the same outcome.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <exception>
#include <future>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "05-future/future.hpp"
#include "support/contract.hpp"

namespace {

using promissory::make_future;
using promissory::Resolver;
using promissory::Result;
using promissory::support::contract;

/// An outcome in words that can be compared.
std::string words(const Result<std::string>& outcome) {
  try {
    return outcome.value();
  } catch (const std::future_error&) {
    return "broken";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

enum class End { resolved, rejected, dropped, assigned_over };

void bring_to(End end, Resolver<std::string> resolver) {
  switch (end) {
    case End::resolved:
      EXPECT_TRUE(resolver.resolve("kept"));
      break;
    case End::rejected:
      EXPECT_TRUE(resolver.reject(std::make_exception_ptr(std::runtime_error("refused"))));
      break;
    case End::dropped:
      break;
    case End::assigned_over:
      resolver = make_future<std::string>().second;
      break;
  }
}

/// Two callbacks before the race; one more, an awaiter and the end of the resolver in it.
void race_once(End end, const std::string& expected) {
  auto [future, resolver] = make_future<std::string>();
  std::array<std::atomic<int>, 3> right_calls{};
  const auto count_into = [&](std::size_t i) {
    return [&right_calls, &expected, i](const Result<std::string>& outcome) {
      if (words(outcome) == expected) ++right_calls[i];
      throw std::runtime_error("nobody may hear this");
    };
  };
  future.on_ready(count_into(0));
  future.on_ready(count_into(1));
  std::latch start(3);
  {
    std::jthread registering([&start, &count_into, copy = future] {
      start.arrive_and_wait();
      copy.on_ready(count_into(2));
    });
    std::jthread awaiting([&start, &expected, copy = future] {
      start.arrive_and_wait();
      try {
        EXPECT_EQ(copy.await(), expected);
      } catch (const std::exception&) {
        EXPECT_EQ(words(copy.result()), expected);
      }
    });
    start.arrive_and_wait();
    bring_to(end, std::move(resolver));
  }
  for (const std::atomic<int>& calls : right_calls) ASSERT_EQ(calls.load(), 1);
}

TEST(MyFuture, EveryEndReachesEverybodyOnce) {
  contract("However a resolver ends, every awaiter and every callback gets its outcome, once.",
           "call-me-back");
  for (int round = 0; round < 50 && !HasFatalFailure(); ++round) {
    race_once(End::resolved, "kept");
    race_once(End::rejected, "refused");
    race_once(End::dropped, "broken");
    race_once(End::assigned_over, "broken");
  }
}

}  // namespace
