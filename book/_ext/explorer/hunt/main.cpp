#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <thread>

#include "support/contract.hpp"
#include "support/promise_ledger.hpp"
#include "support/stack_report.hpp"
#include "support/threads.hpp"

namespace {

using namespace promissory::support;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Threads = std::map<int, Schedule>;

constexpr auto grace = 1s;
constexpr auto patience = 4s;

Threads threads_without(const Threads& others) {
  auto threads = other_threads();
  std::erase_if(threads, [&](const auto& thread) { return others.contains(thread.first); });
  return threads;
}

std::string in_words(const LedgerLine& promise) {
  return "  line " + std::to_string(promise.line) + ": " + promise.sentence() + "\n";
}

// A test fails for what it leaves behind: threads, and promises neither kept nor broken.
struct LeakChecker : testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    open_ledger_for_test();
    before = other_threads();
  }

  void OnTestEnd(const testing::TestInfo& test) override {
    Threads threads;
    std::string promises;
    const auto end = Clock::now() + grace;
    for (bool is_over = false; !is_over; nap(10)) {
      const auto earlier = threads;
      threads = threads_without(before);
      promises.clear();
      for (const auto& promise : open_ledger_lines()) {
        if (!promise.is_settled) promises += in_words(promise);
      }
      const bool is_clean = threads.empty() && promises.empty();
      is_over = is_clean || (Clock::now() > end && are_at_rest(threads, earlier));
    }
    if (const auto count = threads.size(); count > 0) {
      ADD_FAILURE_AT(test.file(), test.line())
          << (count == 1 ? "A thread outlived its test:\n"
                         : std::to_string(count) + " threads outlived their test:\n")
          << describe_threads(threads);
    }
    if (!promises.empty()) {
      ADD_FAILURE_AT(test.file(), test.line()) << "Promises are left over:\n" << promises;
    }
    if (test.result()->Failed()) std::printf("Contract: %s\n", current_contract().says);
  }

  Threads before;
};

// Ends a program in which nothing goes on any more, and says who waits for which promise.
void watch(const Threads& not_watched) {
  Threads threads;
  for (auto since = Clock::now(); Clock::now() < since + patience; nap(100)) {
    const auto earlier = threads;
    threads = threads_without(not_watched);
    if (!are_at_rest(threads, earlier)) since = Clock::now();
  }
  std::string promises;
  for (const auto& promise : open_ledger_lines()) promises += in_words(promise);
  if (promises.find("neither kept") == std::string::npos)
    promises += "  No promise is left unkept.\n";
  std::printf("[ WATCHDOG ] It hangs.\nContract: %s\n%s%s", current_contract().says,
              describe_threads(threads).c_str(), promises.c_str());
  std::fflush(stdout);
  _exit(66);
}

void say_last_words() {
  std::fprintf(stderr, "[ TERMINATE ] Contract: %s\n%s", current_contract().says,
               describe_this_thread().c_str());
  __gnu_cxx::__verbose_terminate_handler();
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new LeakChecker);
  std::set_terminate(say_last_words);
  describe_this_thread();     // what it needs is loaded before it is needed
  std::thread([] {}).join();  // so is a sanitizer's own thread
  std::thread(watch, other_threads()).detach();
  return RUN_ALL_TESTS();
}
