// Compiler Explorer's stand-in for tests/support/stack_report.hpp: functions without their lines.
#pragma once

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>

#include "support/threads.hpp"

namespace promissory::support {

inline void nap(long milliseconds) {
  const timespec moment{0, milliseconds * 1'000'000};
  syscall(SYS_nanosleep, &moment, nullptr);
}

struct Stack {
  std::array<void*, 100> calls;
  int count = 0;

  // The program's own functions; those of the library between them are left out.
  std::string text() const {
    std::string text;
    for (int i = 0; i < count; ++i) {
      Dl_info at;
      if (dladdr(static_cast<char*>(calls[i]) - 1, &at) == 0 || at.dli_sname == nullptr) continue;
      char* readable = abi::__cxa_demangle(at.dli_sname, nullptr, nullptr, nullptr);
      const std::string name = readable != nullptr ? readable : "";
      std::free(readable);
      const auto own = name.find("promissory::");
      const bool is_machinery = name.find("std::") < own || name.starts_with("promissory::support");
      if (own != std::string::npos && !is_machinery) text += "    " + name + "\n";
    }
    return text;
  }
};

inline Stack stack_of_asked;
inline std::atomic<bool> has_answered{false};

inline void answer(int) {
  stack_of_asked.count = backtrace(stack_of_asked.calls.data(), stack_of_asked.calls.size());
  has_answered = true;
}

inline std::string describe_this_thread() {
  Stack stack;
  stack.count = backtrace(stack.calls.data(), stack.calls.size());
  const auto text = stack.text();
  return text.empty() ? "    (in functions that have no name outside of their file)\n" : text;
}

// Asks each thread by a signal where it stands; like stacks are told once.
inline std::string describe_threads(const std::map<int, Schedule>& threads) {
  std::signal(SIGUSR1, answer);
  std::map<std::string, int> stacks;
  for (const auto& [number, schedule] : threads) {
    stack_of_asked.count = 0;
    has_answered = false;
    syscall(SYS_tgkill, getpid(), number, SIGUSR1);
    for (int i = 0; i < 200 && !has_answered; ++i) nap(1);
    if (const auto stack = stack_of_asked.text(); !stack.empty()) ++stacks[stack];
  }
  std::string text;
  for (const auto& [stack, count] : stacks) {
    text += "  " + std::to_string(count) + (count == 1 ? " thread:\n" : " threads:\n") + stack;
  }
  return text;
}

}  // namespace promissory::support
