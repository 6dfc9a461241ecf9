// What a stage costs beside boost::future's, in two groups, each for a chain of a thousand links:
//
//   then_1000_pending   build the chain, settle its head, read the end, free it all
//   then_1000_ready     the same on a head that is settled before
//
// std::future has no then(). Compare CPU time within one run.
#define BOOST_THREAD_PROVIDES_FUTURE
#define BOOST_THREAD_PROVIDES_FUTURE_CONTINUATION
#define BOOST_THREAD_VERSION 4

#include <benchmark/benchmark.h>

#include <boost/thread/future.hpp>
#include <future>
#include <thread>
#include <utility>

#include "10-pipeline/pipeline.hpp"

namespace {

using promissory::Future;
using promissory::make_future;

constexpr int links = 1000;

Future<int> chain(Future<int> last) {
  for (int i = 0; i < links; ++i)
    last = promissory::then(std::move(last), [](int n) { return n + 1; });
  return last;
}

boost::future<int> boost_chain(boost::future<int> last) {
  for (int i = 0; i < links; ++i) {
    last = last.then(boost::launch::sync, [](boost::future<int> f) { return f.get() + 1; });
  }
  return last;
}

void then_1000_pending_ours(benchmark::State& state) {
  for (auto _ : state) {
    auto [head, resolver] = make_future<int>();
    const Future<int> last = chain(head);
    resolver.resolve(0);
    benchmark::DoNotOptimize(last.await());
  }
}
BENCHMARK(then_1000_pending_ours);

void then_1000_pending_boost(benchmark::State& state) {
  for (auto _ : state) {
    boost::promise<int> promise;
    boost::future<int> last = boost_chain(promise.get_future());
    promise.set_value(0);
    benchmark::DoNotOptimize(last.get());
  }
}
BENCHMARK(then_1000_pending_boost);

void then_1000_ready_ours(benchmark::State& state) {
  for (auto _ : state) {
    auto [head, resolver] = make_future<int>();
    resolver.resolve(0);
    benchmark::DoNotOptimize(chain(head).await());
  }
}
BENCHMARK(then_1000_ready_ours);

void then_1000_ready_boost(benchmark::State& state) {
  for (auto _ : state) {
    boost::promise<int> promise;
    promise.set_value(0);
    benchmark::DoNotOptimize(boost_chain(promise.get_future()).get());
  }
}
BENCHMARK(then_1000_ready_boost);

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
