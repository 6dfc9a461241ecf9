// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "10-pipeline/pipeline.hpp"
#include "support/contract.hpp"

namespace {

using promissory::failure;
using promissory::Future;
using promissory::go;
using promissory::make_future;
using promissory::map;
using promissory::recover;
using promissory::Result;
using promissory::then;
using promissory::Unit;
using promissory::support::contract;

/// A source of one's own. (g++ 12 takes the constructor of a local one for a use of what is not
/// initialized yet, once it is inlined beside a starter's todo().)
std::stop_source new_source() {
  return {};
}

TEST(Pipeline, ThenGoesOnWithTheValue) {
  contract("then() calls its function with the value when that is there; the result is a future.",
           "a-stage");
  auto [number, resolver] = make_future<int>();
  const Future<std::string> text = then(number, [](int n) { return std::to_string(n); });
  EXPECT_FALSE(text.ready());
  resolver.resolve(7);
  ASSERT_TRUE(text.ready());
  EXPECT_EQ(text.await(), "7");
}

TEST(Pipeline, ThenGoesOnAtOnceWhenTheValueIsThere) {
  contract("A stage of a future that is ready runs in the call that makes it.", "a-stage");
  auto [number, resolver] = make_future<int>();
  resolver.resolve(7);
  const Future<int> twice = then(number, [](int n) { return 2 * n; });
  ASSERT_TRUE(twice.ready());
  EXPECT_EQ(twice.await(), 14);
}

TEST(Pipeline, ThenTakesAFunctionWithoutAValue) {
  contract("A function that returns nothing gives a Future<Unit>.", "a-stage");
  auto [number, resolver] = make_future<int>();
  int seen = 0;
  const Future<Unit> done = then(number, [&](const int& n) { seen = n; });
  resolver.resolve(7);
  EXPECT_TRUE(done.ready());
  EXPECT_EQ(seen, 7);
}

TEST(Pipeline, AnErrorPassesByThen) {
  contract("An error skips the functions of then(), and arrives at the end as it was.",
           "errors-pass-by");
  auto [number, resolver] = make_future<int>();
  int calls = 0;
  const auto next = then(number, [&](int n) { return ++calls, n; });
  const auto last = then(next, [&](int) { ++calls; });
  resolver.reject(std::make_exception_ptr(std::runtime_error("no number")));
  ASSERT_TRUE(last.ready());
  EXPECT_THROW(last.await(), std::runtime_error);
  EXPECT_EQ(calls, 0);
}

TEST(Pipeline, WhatAFunctionThrowsIsItsError) {
  contract("A function that throws rejects its stage.", "errors-pass-by");
  auto [number, resolver] = make_future<int>();
  const Future<int> broken = then(number, [](int) -> int { throw std::logic_error("no"); });
  resolver.resolve(7);
  ASSERT_TRUE(broken.ready());
  EXPECT_THROW(broken.await(), std::logic_error);
}

TEST(Pipeline, ThenTakesAResultForWhatItHolds) {
  contract("A function that returns a Result<U> gives a Future<U>.", "flattening");
  auto [number, resolver] = make_future<int>();
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return failure(std::domain_error("odd"));
    return n / 2;
  };
  const Future<int> once = then(number, half);
  const Future<int> twice = then(once, half);
  resolver.resolve(6);
  ASSERT_TRUE(twice.ready());
  EXPECT_EQ(once.await(), 3);
  EXPECT_THROW(twice.await(), std::domain_error);
}

TEST(Pipeline, ThenWaitsForTheFutureThatIsReturned) {
  contract("A function that returns a Future<U> gives a Future<U>, ready when that one is.",
           "flattening");
  auto [user, user_resolver] = make_future<std::string>();
  auto [orders, orders_resolver] = make_future<int>();
  const Future<int> of_user = then(user, [&orders = orders](const std::string&) { return orders; });
  user_resolver.resolve("ada");
  EXPECT_FALSE(of_user.ready());
  orders_resolver.resolve(3);
  ASSERT_TRUE(of_user.ready());
  EXPECT_EQ(of_user.await(), 3);
}

TEST(Pipeline, MapTransformsAndNothingElse) {
  contract("map() takes what its function returns as the value, whatever it is.", "flattening");
  auto [number, resolver] = make_future<int>();
  const auto doubled = map(number, [](int n) { return 2 * n; });
  const auto nested = map(number, [number = number](int) { return number; });
  EXPECT_TRUE((std::is_same_v<decltype(nested), const Future<Future<int>>>));
  resolver.resolve(7);
  EXPECT_EQ(doubled.await(), 14);
  ASSERT_TRUE(nested.ready());
  EXPECT_EQ(nested.await().await(), 7);
}

TEST(Pipeline, RecoverMakesAValueOfAnError) {
  contract("recover() is called with the error, and its value goes on.", "recovering");
  auto [number, resolver] = make_future<int>();
  const Future<int> rescued = recover(number, [](std::exception_ptr error) {
    EXPECT_THROW(std::rethrow_exception(error), std::runtime_error);
    return -1;
  });
  const Future<int> next = then(rescued, [](int n) { return n - 1; });
  resolver.reject(std::make_exception_ptr(std::runtime_error("no number")));
  ASSERT_TRUE(next.ready());
  EXPECT_EQ(next.await(), -2);
}

TEST(Pipeline, AValuePassesByRecover) {
  contract("A value skips the functions of recover().", "recovering");
  auto [number, resolver] = make_future<int>();
  int calls = 0;
  const Future<int> same = recover(number, [&](std::exception_ptr) { return ++calls; });
  resolver.resolve(7);
  ASSERT_TRUE(same.ready());
  EXPECT_EQ(same.await(), 7);
  EXPECT_EQ(calls, 0);
}

TEST(Pipeline, RecoverMayAskSomebodyElse) {
  contract("recover() waits for a future that its function returns.", "recovering");
  auto [number, resolver] = make_future<int>();
  auto [replica, replica_resolver] = make_future<int>();
  const Future<int> answer =
      recover(number, [&replica = replica](std::exception_ptr) { return replica; });
  resolver.reject(std::make_exception_ptr(std::runtime_error("down")));
  EXPECT_FALSE(answer.ready());
  replica_resolver.resolve(7);
  ASSERT_TRUE(answer.ready());
  EXPECT_EQ(answer.await(), 7);
}

TEST(Pipeline, StagesBeginInTheOrderInWhichTheyWereAttached) {
  contract("Of several stages of one future the one that was attached first begins first.",
           "order-of-stages");
  auto [number, resolver] = make_future<int>();
  std::vector<std::string> calls;
  then(number, [&](int) { calls.push_back("first"); });
  map(number, [&](int) { calls.push_back("second"); });
  then(number, [&](int) { calls.push_back("third"); });
  resolver.resolve(7);
  EXPECT_EQ(calls, (std::vector<std::string>{"first", "second", "third"}));
}

TEST(Pipeline, AStopEndsAStage) {
  contract("A stop rejects the stage there and then; its function is not begun any more.",
           "stopping-a-stage");
  auto [number, resolver] = make_future<int>();
  std::stop_source source = new_source();
  int calls = 0;
  const Future<int> stage = then(
      number, [&](int n) { return ++calls, n; }, source.get_token());
  source.request_stop();
  ASSERT_TRUE(stage.ready());
  try {
    stage.await();
    ADD_FAILURE() << "the stage has a value, but was stopped before";
  } catch (const std::system_error& stopped) {
    EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
  }
  resolver.resolve(7);
  EXPECT_EQ(calls, 0);
}

TEST(Pipeline, StagesRunInTheThreadThatSettles) {
  contract("There is no thread for a stage: it runs where its future is settled.",
           "no-thread-for-a-stage");
  auto [number, resolver] = make_future<int>();
  const auto here = [](auto) { return std::this_thread::get_id(); };
  const Future<std::thread::id> first = then(number, here);
  const Future<std::thread::id> second = map(first, here);
  std::thread::id settling;
  std::jthread([&, resolver = std::move(resolver)]() mutable {
    settling = std::this_thread::get_id();
    resolver.resolve(7);
  }).join();
  EXPECT_EQ(first.await(), settling);
  EXPECT_EQ(second.await(), settling);
}

TEST(Pipeline, ALongChainNeedsNoDeepStack) {
  contract("A hundred thousand stages run one after another, not one inside another.",
           "long-chains");
  auto [number, resolver] = make_future<int>();
  Future<int> last = number;
  for (int i = 0; i < 100'000; ++i) last = then(last, [](int n) { return n + 1; });
  resolver.resolve(0);
  ASSERT_TRUE(last.ready());
  EXPECT_EQ(last.await(), 100'000);
}

TEST(Pipeline, StagesMayStartWork) {
  contract("Work on other threads and stages fit together.", "flattening");
  const Future<int> user = go([] { return 7; });
  const Future<int> orders = then(user, [](int id) { return go([id] { return 10 * id; }); });
  const Future<std::string> report = map(orders, [](int n) { return std::to_string(n); });
  EXPECT_EQ(report.await(), "70");
}

}  // namespace
