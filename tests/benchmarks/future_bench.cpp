// What a Future costs beside what the standard library has to offer, in three groups:
//
//   create_resolve_get   make a pair, settle it, read the value, free it
//   hot_read             read a value that has been there for long
//   on_ready             hear of the outcome: a callback here, a waiting thread's get() there
//
// Compare CPU time within one run. Uncontended, and for values that are cheap to move.
#include <benchmark/benchmark.h>

#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "05-future/future.hpp"

namespace {

using promissory::make_future;
using promissory::Result;

void create_resolve_get_ours(benchmark::State& state) {
  for (auto _ : state) {
    auto [future, resolver] = make_future<int>();
    resolver.resolve(7);
    benchmark::DoNotOptimize(future.await());
  }
}
BENCHMARK(create_resolve_get_ours);

void create_resolve_get_std(benchmark::State& state) {
  for (auto _ : state) {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    promise.set_value(7);
    benchmark::DoNotOptimize(future.get());
  }
}
BENCHMARK(create_resolve_get_std);

void hot_read_ours_await(benchmark::State& state) {
  auto [future, resolver] = make_future<int>();
  resolver.resolve(7);
  for (auto _ : state) benchmark::DoNotOptimize(future.await());
}
BENCHMARK(hot_read_ours_await);

void hot_read_ours_result(benchmark::State& state) {
  auto [future, resolver] = make_future<int>();
  resolver.resolve(7);
  for (auto _ : state) benchmark::DoNotOptimize(*future.result());
}
BENCHMARK(hot_read_ours_result);

void hot_read_std_shared_future(benchmark::State& state) {
  std::promise<int> promise;
  const std::shared_future<int> future = promise.get_future().share();
  promise.set_value(7);
  for (auto _ : state) benchmark::DoNotOptimize(future.get());
}
BENCHMARK(hot_read_std_shared_future);

void on_ready_ours_pending(benchmark::State& state) {
  int sum = 0;
  for (auto _ : state) {
    auto [future, resolver] = make_future<int>();
    future.on_ready([&](const Result<int>& outcome) { sum += *outcome; });
    resolver.resolve(7);
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(on_ready_ours_pending);

void on_ready_ours_settled(benchmark::State& state) {
  auto [future, resolver] = make_future<int>();
  resolver.resolve(7);
  int sum = 0;
  for (auto _ : state) {
    future.on_ready([&](const Result<int>& outcome) { sum += *outcome; });
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(on_ready_ours_settled);

// std::future calls nobody. The nearest to a callback is a thread that waits in get(). Its wall
// time is what the producer sees; its CPU time is that of both threads.
void on_ready_std_waiting_thread(benchmark::State& state) {
  int sum = 0;
  for (auto _ : state) {
    std::promise<int> promise;
    std::jthread waiting([&sum, future = promise.get_future()]() mutable { sum += future.get(); });
    promise.set_value(7);
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(on_ready_std_waiting_thread)->MeasureProcessCPUTime();

}  // namespace

int main(int argc, char** argv) {
  // In a process with a single thread libstdc++ counts shared_ptr owners without atomics.
  std::promise<void> end;
  std::jthread idle([future = end.get_future()] { future.wait(); });
  benchmark::Initialize(&argc, argv);
  const bool is_wrong = benchmark::ReportUnrecognizedArguments(argc, argv);
  if (!is_wrong) benchmark::RunSpecifiedBenchmarks();
  end.set_value();
  return is_wrong ? 1 : 0;
}
