// What a bounded fan-out costs beside what the standard library has to offer: 10,000 jobs, 16 at
// once, the CPU time of all threads, per job.
//
//   fan_out_ours                for_each_bounded: sixteen workers that pull
//   fan_out_ours_pool           a WorkerPool: a queue, and a future for each job
//   fan_out_ours_group          a BoundedGroup: a thread for each job
//   fan_out_std_async_semaphore std::async behind a std::counting_semaphore: a thread for each job
#include <benchmark/benchmark.h>

#include <atomic>
#include <future>
#include <numeric>
#include <semaphore>
#include <thread>
#include <vector>

#include "11-bounded-fan-out/bounded_group.hpp"
#include "11-bounded-fan-out/for_each_bounded.hpp"
#include "11-bounded-fan-out/worker_pool.hpp"

namespace {

using promissory::BoundedGroup;
using promissory::for_each_bounded;
using promissory::WorkerPool;

constexpr int jobs = 10'000;
constexpr int at_once = 16;

/// A job that is as short as it can be and not be left out.
struct Job {
  std::atomic<long>* sum;
  void operator()(int number) const { sum->fetch_add(number, std::memory_order_relaxed); }
};

std::vector<int> numbers() {
  std::vector<int> numbers(jobs);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

template <class FanOut>
void measure(benchmark::State& state, FanOut fan_out) {
  const std::vector<int> items = numbers();
  std::atomic<long> sum{0};
  for (auto _ : state) fan_out(items, Job{&sum});
  if (sum != static_cast<long>(state.iterations()) * jobs * (jobs - 1) / 2) {
    state.SkipWithError("a job was not done");
  }
  state.SetItemsProcessed(state.iterations() * jobs);
}

void fan_out_ours(benchmark::State& state) {
  measure(state, [](const std::vector<int>& items, Job job) {
    benchmark::DoNotOptimize(for_each_bounded(items, at_once, job));
  });
}
BENCHMARK(fan_out_ours)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

void fan_out_ours_pool(benchmark::State& state) {
  measure(state, [](const std::vector<int>& items, Job job) {
    WorkerPool pool(at_once, 1000);
    for (const int item : items) pool.submit([job, item] { job(item); });
  });
}
BENCHMARK(fan_out_ours_pool)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

void fan_out_ours_group(benchmark::State& state) {
  measure(state, [](const std::vector<int>& items, Job job) {
    BoundedGroup group;
    group.set_limit(at_once);
    for (const int item : items) group.go([job, item] { job(item); });
    benchmark::DoNotOptimize(group.wait());
  });
}
BENCHMARK(fan_out_ours_group)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

void fan_out_std_async_semaphore(benchmark::State& state) {
  measure(state, [](const std::vector<int>& items, Job job) {
    std::counting_semaphore<at_once> places(at_once);
    std::vector<std::future<void>> all;
    all.reserve(items.size());
    for (const int item : items) {
      places.acquire();
      all.push_back(std::async(std::launch::async, [&places, job, item] {
        job(item);
        places.release();
      }));
    }
    for (auto& one : all) one.get();
  });
}
BENCHMARK(fan_out_std_async_semaphore)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

}  // namespace

BENCHMARK_MAIN();
