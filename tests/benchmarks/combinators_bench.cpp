// What it costs to gather a thousand outcomes, beside a loop over std::future, in two groups:
//
//   all_of_1000     make a thousand pairs, combine them, settle them, read the values, free it all
//   first_of_1000   the same, when the first one that is settled decides
//
// Compare CPU time within one run. Uncontended, and for values that are cheap to move.
#include <benchmark/benchmark.h>

#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "09-combinators/combinators.hpp"

namespace {

using promissory::Future;
using promissory::make_future;
using promissory::Resolver;

constexpr int inputs = 1000;

struct Promises {
  Promises() {
    futures.reserve(inputs);
    resolvers.reserve(inputs);
    for (int i = 0; i < inputs; ++i) {
      auto [future, resolver] = make_future<int>();
      futures.push_back(std::move(future));
      resolvers.push_back(std::move(resolver));
    }
  }
  std::vector<Future<int>> futures;
  std::vector<Resolver<int>> resolvers;
};

void all_of_1000_ours(benchmark::State& state) {
  for (auto _ : state) {
    Promises promises;
    const auto whole = promissory::all(promises.futures);
    for (auto& resolver : promises.resolvers) resolver.resolve(7);
    benchmark::DoNotOptimize(whole.await().data());
  }
}
BENCHMARK(all_of_1000_ours);

void all_of_1000_std_loop(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::promise<int>> promises(inputs);
    std::vector<std::future<int>> futures;
    futures.reserve(inputs);
    for (auto& promise : promises) futures.push_back(promise.get_future());
    for (auto& promise : promises) promise.set_value(7);
    std::vector<int> values;
    values.reserve(inputs);
    for (auto& future : futures) values.push_back(future.get());
    benchmark::DoNotOptimize(values.data());
  }
}
BENCHMARK(all_of_1000_std_loop);

void first_of_1000_ours(benchmark::State& state) {
  for (auto _ : state) {
    Promises promises;
    const auto whole = promissory::first(promises.futures);
    for (auto& resolver : promises.resolvers) resolver.resolve(7);
    benchmark::DoNotOptimize(whole.await());
  }
}
BENCHMARK(first_of_1000_ours);

// std::future tells nobody when it is ready: the loop asks one after the other.
void first_of_1000_std_loop(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::promise<int>> promises(inputs);
    std::vector<std::future<int>> futures;
    futures.reserve(inputs);
    for (auto& promise : promises) futures.push_back(promise.get_future());
    for (auto& promise : promises) promise.set_value(7);
    benchmark::DoNotOptimize(futures.front().get());
  }
}
BENCHMARK(first_of_1000_std_loop);

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
