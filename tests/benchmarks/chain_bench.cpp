// What the bound of a chain costs: 20,000 items through two stages, the second of them the slower
// one, the CPU time of all threads, per item.
//
//   chain_ours_room_1      room for one before each stage: a switch of threads for nearly every
//   item chain_ours_room_16     room for a few: threads find work when they wake
//   chain_ours_unbounded   no bound, and up to 20,000 items in memory
//   chain_std_queues       two threads and two std::queues without a bound, written by hand: no
//                          futures, no stop, no errors
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <queue>
#include <thread>

#include "s1-back-pressure/chain.hpp"

namespace {

using promissory::chain_of;
using promissory::stage;
using promissory::unbounded;

constexpr int items = 20'000;

int quick(int number) {
  return number + 1;
}

/// A few hundred nanoseconds of work.
int slow(int number) {
  for (int i = 0; i < 300; ++i) benchmark::DoNotOptimize(number = number * 31 + i);
  return number;
}

void measure(benchmark::State& state, std::size_t room) {
  for (auto _ : state) {
    int out = 0;
    {
      auto chain = chain_of<int>(stage(room, quick), stage(room, [&](int number) {
                                   benchmark::DoNotOptimize(slow(number));
                                   ++out;
                                 }));
      for (int i = 0; i < items; ++i) chain.submit(i);
    }
    if (out != items) state.SkipWithError("an item was lost");
  }
  state.SetItemsProcessed(state.iterations() * items);
}

void chain_ours_room_1(benchmark::State& state) {
  measure(state, 1);
}
BENCHMARK(chain_ours_room_1)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

void chain_ours_room_16(benchmark::State& state) {
  measure(state, 16);
}
BENCHMARK(chain_ours_room_16)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

void chain_ours_unbounded(benchmark::State& state) {
  measure(state, unbounded);
}
BENCHMARK(chain_ours_unbounded)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

/// What one writes when in a hurry. A negative number is the end.
class HandMade {
 public:
  void push(int number) {
    {
      std::lock_guard lock(mutex_);
      numbers_.push(number);
    }
    came_.notify_one();
  }
  int pop() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return !numbers_.empty(); });
    const int number = numbers_.front();
    numbers_.pop();
    return number;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::queue<int> numbers_;
};

void chain_std_queues(benchmark::State& state) {
  for (auto _ : state) {
    HandMade first;
    HandMade second;
    std::jthread one([&] {
      for (int number = first.pop(); number >= 0; number = first.pop()) second.push(quick(number));
      second.push(-1);
    });
    std::jthread two([&] {
      for (int number = second.pop(); number >= 0; number = second.pop()) {
        benchmark::DoNotOptimize(slow(number));
      }
    });
    for (int i = 0; i < items; ++i) first.push(i);
    first.push(-1);
  }
  state.SetItemsProcessed(state.iterations() * items);
}
BENCHMARK(chain_std_queues)->MeasureProcessCPUTime()->Unit(benchmark::kNanosecond);

}  // namespace

BENCHMARK_MAIN();
