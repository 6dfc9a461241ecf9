#include "support/leak_checker.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>

#include "support/background_threads.hpp"
#include "support/leak_grace.hpp"
#include "support/memory_leaks.hpp"
#include "support/promise_ledger.hpp"
#include "support/report_file.hpp"
#include "support/running_test.hpp"
#include "support/stack_report.hpp"

namespace promissory::support {
namespace {

using Clock = std::chrono::steady_clock;

constinit std::atomic<int> lasting_threads_allowed{0};

void nap(long milliseconds) {
  const timespec moment{0, milliseconds * 1'000'000};
  syscall(SYS_nanosleep, &moment, nullptr);
}

std::vector<Thread> threads_since(const std::vector<Thread>& baseline) {
  std::vector<Thread> all = threads_of_this_process().value_or(std::vector<Thread>{});
  std::erase_if(all, [&](const Thread& thread) {
    return is_background_thread(thread) ||
           std::any_of(baseline.begin(), baseline.end(),
                       [&](const Thread& old) { return old.is_same_as(thread); });
  });
  return all;
}

std::vector<LedgerLine> unsettled_promises() {
  std::vector<LedgerLine> lines = open_ledger_lines();
  std::erase_if(lines, [](const LedgerLine& line) { return line.is_settled; });
  return lines;
}

bool can_still_be_settled(const std::vector<LedgerLine>& lines) {
  return std::any_of(lines.begin(), lines.end(),
                     [](const LedgerLine& line) { return !line.is_gone; });
}

struct Leftovers {
  std::vector<Thread> threads;
  std::vector<LedgerLine> promises;
};

Leftovers leftovers_after_grace(const std::vector<Thread>* baseline) {
  const Clock::time_point end = Clock::now() + leak_grace();
  constexpr long longest_nap = 32;
  long length = 1;
  while (true) {
    Leftovers left{baseline != nullptr ? threads_since(*baseline) : std::vector<Thread>{},
                   unsettled_promises()};
    const bool is_waiting_worth_it = !left.threads.empty() || can_still_be_settled(left.promises);
    if (!is_waiting_worth_it || Clock::now() >= end) return left;
    nap(length);
    length = std::min(2 * length, longest_nap);
  }
}

struct Leak {
  const char* kind;
  std::string what;
  std::string file;
  int line;
};

void tell(const testing::TestInfo& test, const Leak& leak, bool is_secondary) {
  report(JsonLine("leak")
             .text("test", full_name(test))
             .text("kind", leak.kind)
             .text("what", leak.what)
             .text("file", leak.file)
             .number("line", leak.line)
             .flag("secondary", is_secondary));
  if (is_secondary) {
    std::printf("Left over, as the test had failed before: %s\n", leak.what.c_str());
    std::fflush(stdout);
    return;
  }
  ADD_FAILURE_AT(leak.file.c_str(), leak.line) << leak.what;
}

std::string sentence_for(const std::vector<Thread>& threads) {
  const std::string count = std::to_string(threads.size());
  return (threads.size() == 1 ? "A thread outlived its test:\n"
                              : count + " threads outlived their test:\n") +
         describe_threads(threads);
}

}  // namespace

void allow_lasting_threads(int count) {
  lasting_threads_allowed.fetch_add(count, std::memory_order_relaxed);
}

void LeakChecker::OnTestStart(const testing::TestInfo&) {
  open_ledger_for_test();
  baseline_ = threads_of_this_process();
  static bool is_told = false;
  if (!baseline_ && !std::exchange(is_told, true)) {
    std::printf("Threads are not watched: /proc/self/task cannot be read here.\n");
  }
}

void LeakChecker::OnTestEnd(const testing::TestInfo& test) {
  clear_stack_below();
  check(test);
}

void LeakChecker::check(const testing::TestInfo& test) {
  const bool has_failed = test.result()->Failed();
  Leftovers left = leftovers_after_grace(baseline_ ? &*baseline_ : nullptr);
  std::vector<Leak> leaks;

  const int allowed = lasting_threads_allowed.load(std::memory_order_relaxed);
  const int lasting = static_cast<int>(left.threads.size());
  if (lasting > 0 && lasting <= allowed) {
    lasting_threads_allowed.fetch_sub(lasting, std::memory_order_relaxed);
    left.threads.clear();
  }
  if (!left.threads.empty()) {
    has_leaked_threads_ = true;
    leaks.push_back({"thread", sentence_for(left.threads), test.file(), test.line()});
  }
  for (const LedgerLine& promise : left.promises) {
    leaks.push_back({"promise", promise.sentence(), promise.file, static_cast<int>(promise.line)});
  }
  // The stack of a leaked thread hides leaks while it runs and shows them as somebody else's when
  // it has ended; from then on only the sanitizer's own check at exit can tell.
  if (!has_leaked_threads_) {
    const std::string memory = new_memory_leaks();
    if (!memory.empty()) leaks.push_back({"memory", memory, test.file(), test.line()});
  }
  for (const Leak& leak : leaks) tell(test, leak, has_failed);
}

}  // namespace promissory::support
