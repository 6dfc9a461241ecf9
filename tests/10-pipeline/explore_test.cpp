#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "10-pipeline/pipeline.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Future;
using promissory::make_future;
using promissory::map;
using promissory::recover;
using promissory::then;
using promissory::support::contract;

TEST(PipelineExplored, AStageRunsOnceWheneverItIsAttached) {
  contract("A stage that is attached while its future is settled runs once.", "a-stage");
  EXPLORE({}) {
    auto [number, resolver] = make_future<int>();
    std::atomic<int> calls{0};
    std::jthread settling([r = std::move(resolver)]() mutable { r.resolve(1); });
    const auto stage = then(number, [&](int n) { return calls += n; });
    const auto next = map(stage, [&](int n) { return calls += n; });
    EXPECT_EQ(next.await(), 2);
    settling.join();
    EXPECT_EQ(calls, 2);
  };
}

TEST(PipelineExplored, AStopMeetsTheValue) {
  contract(
      "A stop and the value at the same time: one of them is the outcome, and a function that "
      "was stopped is not begun.",
      "stopping-a-stage");
  EXPLORE({}) {
    auto [number, resolver] = make_future<int>();
    std::stop_source source;
    bool called = false;
    const auto stage = then(
        number,
        [&called, kept = std::make_unique<int>(1)](int n) {
          called = true;
          return n + *kept;
        },
        source.get_token());
    std::jthread stopping([&] { source.request_stop(); });
    std::jthread settling([r = std::move(resolver)]() mutable { r.resolve(1); });
    bool succeeded = false;
    try {
      EXPECT_EQ(stage.await(), 2);
      succeeded = true;
    } catch (const std::system_error& stopped) {
      EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
    }
    stopping.join();
    settling.join();
    EXPECT_TRUE(called || !succeeded);
  };
}

TEST(PipelineExplored, AStopMeetsTheReturnedFuture) {
  contract("A stop and the returned future at the same time: one of them is the outcome.",
           "stopping-a-stage");
  EXPLORE({}) {
    auto [inner, inner_resolver] = make_future<int>();
    auto [number, resolver] = make_future<int>();
    std::stop_source source;
    const auto stage = then(
        number, [inner = inner](int) { return inner; }, source.get_token());
    resolver.resolve(1);
    std::jthread stopping([&] { source.request_stop(); });
    std::jthread settling([r = std::move(inner_resolver)]() mutable { r.resolve(7); });
    try {
      EXPECT_EQ(stage.await(), 7);
    } catch (const std::system_error& stopped) {
      EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
    }
  };
}

TEST(PipelineExplored, ThreadsTakeTurnsOfTheirOwn) {
  contract("Two threads that settle two pipelines at the same time do not meet in a queue.",
           "no-thread-for-a-stage");
  EXPLORE({}) {
    auto [first, first_resolver] = make_future<int>();
    auto [second, second_resolver] = make_future<int>();
    const auto add = [](int n) { return n + 1; };
    const auto one = then(then(first, add), add);
    const auto two = then(then(second, add), add);
    std::jthread settling_one([r = std::move(first_resolver)]() mutable { r.resolve(10); });
    std::jthread settling_two([r = std::move(second_resolver)]() mutable { r.resolve(20); });
    EXPECT_EQ(one.await(), 12);
    EXPECT_EQ(two.await(), 22);
  };
}

TEST(PipelineExplored, APipelineOverTwoThreads) {
  contract("A value that comes from one thread and a returned future from another are joined.",
           "flattening");
  EXPLORE({}) {
    auto [inner, inner_resolver] = make_future<int>();
    auto [number, resolver] = make_future<int>();
    const auto sum =
        then(number, [inner = inner](int a) { return map(inner, [a](int b) { return a + b; }); });
    std::jthread one([r = std::move(resolver)]() mutable { r.resolve(1); });
    std::jthread two([r = std::move(inner_resolver)]() mutable { r.resolve(2); });
    EXPECT_EQ(sum.await(), 3);
  };
}

TEST(PipelineExplored, ADroppedHeadIsRecoveredFrom) {
  contract("A promise that is broken while stages are attached reaches them all.", "recovering");
  EXPLORE({}) {
    auto [number, resolver] = make_future<int>();
    std::jthread dropping([r = std::move(resolver)]() mutable { const auto gone = std::move(r); });
    const auto same = then(number, [](int n) { return n; });
    const auto rescued = recover(same, [](std::exception_ptr) { return 5; });
    EXPECT_EQ(rescued.await(), 5);
  };
}

TEST(PipelineExplored, EverybodyMayLetGo) {
  contract("Handles, resolvers and stop sources may go in any order while stages run.",
           "what-a-stage-keeps");
  EXPLORE({}) {
    std::stop_source source;
    auto [number, resolver] = make_future<int>();
    Future<int> stage = then(
        number, [](int n) { return n + 1; }, source.get_token());
    Future<int> last = map(
        stage, [](int n) { return n + 1; }, source.get_token());
    std::jthread settling([r = std::move(resolver)]() mutable { r.resolve(1); });
    std::jthread stopping([s = std::move(source)]() mutable { s.request_stop(); });
    number = Future<int>();
    stage = Future<int>();
    last = Future<int>();
  };
}

}  // namespace
