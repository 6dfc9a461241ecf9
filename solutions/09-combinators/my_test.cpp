// Property: for every way in which three inputs can end, in every order in time, each combinator
// has the outcome that its definition says, as soon as that is known, and asks the losers exactly
// then.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "09-combinators/combinators.hpp"
#include "support/contract.hpp"

namespace {

using promissory::AggregateError;
using promissory::Future;
using promissory::make_future;
using promissory::Resolver;
using promissory::Result;
using promissory::support::contract;

constexpr std::size_t count = 3;
using Succeeds = std::array<bool, count>;      // by input
using Order = std::array<std::size_t, count>;  // which input is settled first, second, last

/// An outcome in words that can be compared: "0", "!0" for an error, "[0 !1 2]" for many.
std::string word(const Result<std::string>& outcome) {
  try {
    return outcome.value();
  } catch (const std::exception& error) {
    return error.what();
  }
}

template <class Words>
std::string list(const Words& words) {
  std::string text = "[";
  for (const std::string& each : words) text += each + " ";
  return text + "]";
}

std::string words(const Result<std::string>& outcome) {
  try {
    return outcome.value();
  } catch (const AggregateError& aggregate) {
    std::vector<std::string> each;
    for (const auto& error : aggregate.errors()) each.push_back(word(promissory::Failure(error)));
    return list(each);
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string words(const Result<std::vector<std::string>>& outcome) {
  try {
    return list(outcome.value());
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string words(const Result<std::vector<Result<std::string>>>& outcome) {
  std::vector<std::string> each;
  for (const auto& result : outcome.value()) each.push_back(word(result));
  return list(each);
}

/// What input `i` says in the end.
std::string said(std::size_t i, const Succeeds& succeeds) {
  return (succeeds[i] ? "" : "!") + std::to_string(i);
}

struct Expected {
  std::size_t after;  // how many inputs it takes
  std::string outcome;
  bool asks;
};

/// The first input in time that succeeds, or fails, decides; otherwise all of them do.
Expected decided_by(bool a_success, const Succeeds& succeeds, const Order& order) {
  for (std::size_t i = 0; i < count; ++i) {
    if (succeeds[order[i]] == a_success) return {i + 1, said(order[i], succeeds), true};
  }
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(said(i, succeeds));
  return {count, list(all), false};
}

template <class Combine>
void check(Combine combine, const Succeeds& succeeds, const Order& order,
           const Expected& expected) {
  std::vector<Future<std::string>> futures;
  std::vector<Resolver<std::string>> resolvers;
  for (std::size_t i = 0; i < count; ++i) {
    auto [future, resolver] = make_future<std::string>();
    futures.push_back(std::move(future));
    resolvers.push_back(std::move(resolver));
  }
  std::stop_source losers;
  const auto whole = combine(futures, losers);
  for (std::size_t settled = 0; settled < count; ++settled) {
    ASSERT_EQ(whole.ready(), settled >= expected.after);
    const std::size_t i = order[settled];
    if (succeeds[i]) {
      resolvers[i].resolve(said(i, succeeds));
    } else {
      resolvers[i].reject(std::make_exception_ptr(std::runtime_error(said(i, succeeds))));
    }
  }
  ASSERT_TRUE(whole.ready());
  ASSERT_EQ(words(whole.result()), expected.outcome);
  ASSERT_EQ(losers.stop_requested(), expected.asks);
}

TEST(MyCombinators, HaveTheOutcomeOfTheirDefinition) {
  contract("Every combinator has the outcome of its definition, as soon as that is known.",
           "first-success");
  for (unsigned bits = 0; bits < (1U << count); ++bits) {
    Succeeds succeeds{};
    for (std::size_t i = 0; i < count; ++i) succeeds[i] = ((bits >> i) & 1U) != 0;
    Order order{0, 1, 2};
    do {
      const Expected all = decided_by(false, succeeds, order);
      const Expected first = decided_by(true, succeeds, order);
      const Expected race{1, said(order[0], succeeds), true};
      std::vector<std::string> each;
      for (std::size_t i = 0; i < count; ++i) each.push_back(said(i, succeeds));
      const Expected everything{count, list(each), false};
      check([](auto& f, auto& s) { return promissory::all(f, s); }, succeeds, order, all);
      check([](auto& f, auto& s) { return promissory::first(f, s); }, succeeds, order, first);
      check([](auto& f, auto& s) { return promissory::race(f, s); }, succeeds, order, race);
      check([](auto& f, auto&) { return promissory::wait_all(f); }, succeeds, order, everything);
    } while (!HasFatalFailure() && std::next_permutation(order.begin(), order.end()));
  }
}

}  // namespace
