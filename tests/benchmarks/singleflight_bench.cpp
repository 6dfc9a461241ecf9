// What it costs to wait for somebody else's flight, beside waiting for a std::shared_future.
//
// A crowd of threads waits for one outcome, which a thread makes that ends afterwards: the end of a
// thread costs the others something, too. Each measures its own CPU time from before it begins to
// wait until it has its copy of the value: joining, falling asleep, waking up. What is reported is
// the CPU time of one waiting caller; compare within one run.
//
//   waiting_ours             run() of a key whose flight is in the air
//   waiting_std              get() of a std::shared_future that the thread has at hand
//   waiting_std_found        the same after finding it by its key in a map under a mutex, as a
//                            home-made deduplication would
#include <benchmark/benchmark.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <cstdio>
#include <ctime>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "08-singleflight/singleflight.hpp"
#include "support/gate.hpp"

namespace {

using promissory::SingleFlight;
using promissory::support::Gate;

double cpu_seconds_of_this_thread() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

/// Threads that do the same at the same time, again and again, and how much CPU time each takes.
class Crowd {
 public:
  explicit Crowd(int size) : start_(size + 1), end_(size + 1), numbers_(size) {
    for (int i = 0; i < size; ++i) {
      threads_.emplace_back([this, i](const std::stop_token& token) { live(i, token); });
    }
  }

  ~Crowd() {
    for (std::jthread& thread : threads_) thread.request_stop();
    start_.arrive_and_wait();
  }

  /// Lets all of them wait, lets `settle` end it when all are asleep.
  /// @return the mean CPU time of one of them in seconds
  double wait_together(const std::function<void()>& wait, const std::function<void()>& settle) {
    wait_ = wait;
    spent_ = 0;
    start_.arrive_and_wait();
    while (!all_asleep()) {
      const timespec moment{0, 200'000};
      nanosleep(&moment, nullptr);
    }
    settle();
    end_.arrive_and_wait();
    return spent_ / static_cast<double>(threads_.size());
  }

 private:
  void live(int place, const std::stop_token& token) {
    numbers_.at(place) = static_cast<pid_t>(syscall(SYS_gettid));
    for (;;) {
      start_.arrive_and_wait();
      if (token.stop_requested()) return;
      const double before = cpu_seconds_of_this_thread();
      wait_();
      const double spent = cpu_seconds_of_this_thread() - before;
      for (double sum = spent_; !spent_.compare_exchange_weak(sum, sum + spent);) {
      }
      end_.arrive_and_wait();
    }
  }

  // Not asleep at the barrier that they came from, hence twice with the same count of switches.
  bool all_asleep() {
    std::vector<long> now;
    for (const pid_t number : numbers_) now.push_back(switches_if_asleep(number));
    const bool is_still = now == earlier_;
    earlier_ = now;
    for (const long switches : now) {
      if (switches < 0) return false;
    }
    return is_still;
  }

  static long switches_if_asleep(pid_t thread) {
    const std::string path = "/proc/self/task/" + std::to_string(thread) + "/status";
    std::FILE* const file = std::fopen(path.c_str(), "r");
    if (!file) return -1;
    char line[256];
    char state = '?';
    long switches = 0;
    long count = 0;
    while (std::fgets(line, sizeof line, file)) {
      if (std::sscanf(line, "State: %c", &state) == 1) continue;
      if (std::sscanf(line, "voluntary_ctxt_switches: %ld", &count) == 1 ||
          std::sscanf(line, "nonvoluntary_ctxt_switches: %ld", &count) == 1) {
        switches += count;
      }
    }
    std::fclose(file);
    return state == 'S' ? switches : -1;
  }

  std::barrier<> start_;
  std::barrier<> end_;
  std::vector<std::atomic<pid_t>> numbers_;
  std::vector<long> earlier_;
  std::function<void()> wait_;
  std::atomic<double> spent_{0};
  std::vector<std::jthread> threads_;
};

constexpr int callers = 64;

void waiting_ours(benchmark::State& state) {
  Crowd crowd(callers);
  for (auto _ : state) {
    SingleFlight<std::string, int> flights;
    Gate gate;
    Gate in_the_air;
    Gate measured;
    std::jthread first([&] {
      flights.run("key", [&] {
        in_the_air.open();
        gate.wait();
        return 7;
      });
      measured.wait();
    });
    in_the_air.wait();
    const std::string key = "key";
    const auto wait = [&] { benchmark::DoNotOptimize(flights.run(key, [] { return 8; })); };
    state.SetIterationTime(crowd.wait_together(wait, [&] { gate.open(); }));
    measured.open();
  }
}
BENCHMARK(waiting_ours)->UseManualTime()->Iterations(100);

std::shared_future<int> made_by_a_thread(Gate& gate) {
  return std::async(std::launch::async,
                    [&] {
                      gate.wait();
                      return 7;
                    })
      .share();
}

void waiting_std(benchmark::State& state) {
  Crowd crowd(callers);
  for (auto _ : state) {
    Gate gate;
    const std::shared_future<int> future = made_by_a_thread(gate);
    const auto wait = [&] {
      const std::shared_future<int> mine = future;
      benchmark::DoNotOptimize(mine.get());
    };
    state.SetIterationTime(crowd.wait_together(wait, [&] { gate.open(); }));
  }
}
BENCHMARK(waiting_std)->UseManualTime()->Iterations(100);

void waiting_std_found(benchmark::State& state) {
  Crowd crowd(callers);
  for (auto _ : state) {
    Gate gate;
    std::mutex mutex;
    const std::string key = "key";
    std::unordered_map<std::string, std::shared_future<int>> futures{{key, made_by_a_thread(gate)}};
    const auto wait = [&] {
      std::unique_lock lock(mutex);
      const std::shared_future<int> mine = futures.find(key)->second;
      lock.unlock();
      benchmark::DoNotOptimize(mine.get());
    };
    state.SetIterationTime(crowd.wait_together(wait, [&] { gate.open(); }));
  }
}
BENCHMARK(waiting_std_found)->UseManualTime()->Iterations(100);

}  // namespace

BENCHMARK_MAIN();
