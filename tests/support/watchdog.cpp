#include "support/watchdog.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <future>
#include <string>
#include <thread>

#include "support/background_threads.hpp"
#include "support/deadlock.hpp"
#include "support/environment.hpp"
#include "support/proc_files.hpp"
#include "support/promise_ledger.hpp"
#include "support/report_file.hpp"
#include "support/running_test.hpp"
#include "support/stack_report.hpp"
#include "support/starvation.hpp"

namespace promissory::support {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds tick{50};
std::atomic<int> uncounted{0};  // how many UncountedTimes there are

void nap() {
  const timespec moment{0, std::chrono::nanoseconds(tick).count()};
  syscall(SYS_nanosleep, &moment, nullptr);
}

std::string threads_of_the_test() {
  auto threads = threads_of_this_process();
  if (!threads) return "  (the threads cannot be shown: /proc/self/task cannot be read here)\n";
  std::erase_if(*threads, is_background_thread);
  return describe_threads(*threads);
}

std::string promises_of_the_test() {
  std::string text;
  for (const LedgerLine& line : open_ledger_lines()) {
    text += "  " + line.file + ":" + std::to_string(line.line) + ": " + line.sentence() + "\n";
  }
  return text;
}

// The threads that hang may hold the lock of the stream.
void flush_if_possible(FILE* stream) {
  if (ftrylockfile(stream) != 0) return;
  fflush_unlocked(stream);
  funlockfile(stream);
}

[[noreturn]] void end_hang(const char* how, const std::string& reason) {
  const std::string test = running_test_name();
  std::string text = "[ WATCHDOG ] ";
  text += test.empty() ? "The process hangs outside of any test: " : test + " hangs: ";
  text += reason + "\n";
  if (!is_death_test()) {
    const auto [contract, read] = explanation();
    const std::string stacks = threads_of_the_test() + promises_of_the_test();
    if (!test.empty() && *contract != '\0') text += "Contract: " + std::string(contract) + "\n";
    text += stacks;
    report(JsonLine("hang")
               .text("test", test)
               .text("how", how)
               .text("stacks", stacks)
               .text("contract", contract)
               .text("read", read));
  }
  flush_if_possible(stdout);
  write_fully(STDERR_FILENO, text);
  // Past libc: the sanitizers hook _exit, and what hangs may hang there too.
  while (true) syscall(SYS_exit_group, hang_exit_status);
}

std::string in_seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (time.count() % 1000 != 0) text += "." + std::to_string(1000 + time.count() % 1000).substr(1);
  return text + " s";
}

[[noreturn]] void watch(std::chrono::milliseconds limit) {
  DeadlockDetector detector;
  Starvation starvation;
  Clock::duration spent{};
  unsigned long period = running_test_period();
  Clock::time_point last = Clock::now();
  starvation.begin();
  while (true) {
    nap();
    const Clock::time_point now = Clock::now();
    // More than a second between two looks is a process that was stopped or a machine that slept.
    if (uncounted.load(std::memory_order_relaxed) == 0) {
      spent += std::min<Clock::duration>(now - last, std::chrono::seconds(1));
    }
    last = now;
    if (period != running_test_period()) {
      period = running_test_period();
      spent = {};
      detector.forget();
      starvation.begin();
    }
    const bool is_deadlock = detector.look();
    bool is_late = false;
    std::chrono::milliseconds starved{};
    if (spent >= limit) {
      const auto known = starvation.since_beginning();
      is_late = known && spent - *known >= limit;
      if (known) starved = std::chrono::duration_cast<std::chrono::milliseconds>(*known);
    }
    if (!is_deadlock && !is_late) continue;
    if (is_being_traced() || period != running_test_period()) {
      spent = {};
      continue;
    }
    if (is_deadlock)
      end_hang("deadlock", "every thread waits, and no thread is left to wake them.");
    std::string reason = "it did not end within " + in_seconds(limit);
    if (starved.count() > 0) {
      reason += ", not counting " + in_seconds(starved) + " without a processor";
    }
    end_hang("timeout", reason + ".");
  }
}

}  // namespace

UncountedTime::UncountedTime() {
  uncounted.fetch_add(1, std::memory_order_relaxed);
}

UncountedTime::~UncountedTime() {
  uncounted.fetch_sub(1, std::memory_order_relaxed);
}

void start_watchdog() {
  const auto limit =
      milliseconds_from_environment("PROMISSORY_WATCHDOG_MS", std::chrono::seconds(10));
  std::promise<void> is_running;
  // Signals are for the threads of the test.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([&is_running, limit] {
    pthread_setname_np(pthread_self(), "watchdog");
    become_background_thread();
    is_running.set_value();
    watch(limit);
  }).detach();
  is_running.get_future().wait();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace promissory::support
