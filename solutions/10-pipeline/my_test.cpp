// Property: a pipeline is the function that its stages compose. Random pipelines of every kind of
// stage are built on a future that is ready, pending or becomes ready inside another stage, and
// must end like the same steps in a plain loop, without a stop and with the head dropped.
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "10-pipeline/pipeline.hpp"
#include "support/contract.hpp"

namespace {

using promissory::failure;
using promissory::Future;
using promissory::make_future;
using promissory::map;
using promissory::recover;
using promissory::Resolver;
using promissory::Result;
using promissory::then;
using promissory::support::contract;

enum class Kind { add, add_in_future, fail_in_result, fail, throw_int, rescue, rescue_late };
constexpr int kinds = 7;

std::string words(const Result<int>& outcome) {
  try {
    return std::to_string(outcome.value());
  } catch (const std::future_error&) {
    return "broken";
  } catch (const std::exception& error) {
    return error.what();
  } catch (int number) {
    return "int " + std::to_string(number);
  }
}

/// A resolver and what it will be resolved with, later.
using Later = std::pair<Resolver<int>, int>;

Future<int> attach(const Future<int>& to, Kind kind, std::vector<Later>& later) {
  const auto in_future = [&later](int value) {
    auto [future, resolver] = make_future<int>();
    later.emplace_back(std::move(resolver), value);
    return future;
  };
  switch (kind) {
    case Kind::add:
      return map(to, [](int n) { return n + 1; });
    case Kind::add_in_future:
      return then(to, [in_future](int n) { return in_future(n + 1); });
    case Kind::fail_in_result:
      return then(to, [](int) -> Result<int> { return failure(std::runtime_error("failed")); });
    case Kind::fail:
      return then(to, [](int) -> int { throw std::runtime_error("thrown"); });
    case Kind::throw_int:
      return map(to, [](int n) -> int { throw n; });
    case Kind::rescue:
      return recover(to, [](std::exception_ptr) { return 100; });
    case Kind::rescue_late:
      return recover(to, [in_future](std::exception_ptr) { return in_future(200); });
  }
  return {};
}

/// The same step in plain code.
Result<int> step(const Result<int>& from, Kind kind) {
  const bool is_rescue = kind == Kind::rescue || kind == Kind::rescue_late;
  if (from.has_value() == is_rescue) return from;
  switch (kind) {
    case Kind::add:
    case Kind::add_in_future:
      return *from + 1;
    case Kind::fail_in_result:
      return failure(std::runtime_error("failed"));
    case Kind::fail:
      return failure(std::runtime_error("thrown"));
    case Kind::throw_int:
      return failure(*from);
    case Kind::rescue:
      return 100;
    case Kind::rescue_late:
      return 200;
  }
  return 0;
}

enum class Head { ready, pending, settled_in_a_stage, dropped };

void check(Head head, const std::vector<Kind>& stages) {
  auto [source, made] = make_future<int>();
  std::optional<Resolver<int>> resolver(std::move(made));
  Result<int> expected = 0;
  if (head == Head::dropped) {
    expected = failure(std::future_error(std::future_errc::broken_promise));
  }
  if (head == Head::ready) resolver->resolve(0);
  std::vector<Later> later;
  Future<int> last = source;
  for (const Kind kind : stages) {
    last = attach(last, kind, later);
    expected = step(expected, kind);
  }
  if (head == Head::pending) resolver->resolve(0);
  if (head == Head::dropped) resolver.reset();
  if (head == Head::settled_in_a_stage) {
    auto [other, other_resolver] = make_future<int>();
    then(other, [&](int) { resolver->resolve(0); });
    other_resolver.resolve(0);
  }
  while (!later.empty()) {
    Later next = std::move(later.back());
    later.pop_back();
    ASSERT_FALSE(last.ready()) << "the pipeline did not wait for a future that a stage returned";
    next.first.resolve(next.second);
  }
  ASSERT_TRUE(last.ready());
  ASSERT_EQ(words(last.result()), words(expected));
}

TEST(MyPipeline, IsWhatItsStagesCompose) {
  contract("A pipeline ends like its stages in a plain loop, however its head is settled.",
           "a-stage");
  std::minstd_rand random(1);
  for (int round = 0; round < 300 && !HasFatalFailure(); ++round) {
    std::vector<Kind> stages(random() % 12);
    for (Kind& kind : stages) kind = static_cast<Kind>(random() % kinds);
    for (const Head head : {Head::ready, Head::pending, Head::settled_in_a_stage, Head::dropped}) {
      check(head, stages);
    }
  }
}

}  // namespace
