// Wait until nothing goes on any more but the test itself.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/background_threads.hpp"
#include "support/stack_report.hpp"
#include "support/threads.hpp"

namespace promissory::support {

/// @return the threads of the test but the calling one
inline std::vector<Thread> other_threads() {
  auto threads = threads_of_this_process().value_or(std::vector<Thread>{});
  std::erase_if(threads, [](const Thread& thread) {
    return is_background_thread(thread) || thread.tid == this_thread_number();
  });
  return threads;
}

/// @return where they stand, for whoever reads why a test has failed
inline std::string stacks_of_the_others() {
  return describe_threads(other_threads());
}

/// Returns once all other threads of this process sleep at one moment: whatever they were to do
/// without the caller's help is done. It orders no memory, and so hides no race. It has no limit of
/// its own; the watchdog has.
inline void wait_until_quiet() {
  const auto nap = [](long milliseconds) {
    const timespec moment{0, milliseconds * 1'000'000};
    syscall(SYS_nanosleep, &moment, nullptr);
  };
  if (!schedule_of_thread(this_thread_number())) return nap(100);  // blind: /proc cannot be read
  using Look = std::map<pid_t, Schedule>;
  const auto look = []() -> std::optional<Look> {
    Look seen;
    for (const Thread& thread : other_threads()) {
      const auto schedule = schedule_of_thread(thread.tid);
      if (!schedule || schedule->state != 'S') return std::nullopt;
      seen.emplace(thread.tid, *schedule);
    }
    return seen;
  };
  // Two equal looks in a row: from the first one's end to the second one's beginning none of the
  // threads ran, and so none was begun.
  std::optional<Look> earlier;
  for (;;) {
    auto now = look();
    if (now && now == earlier) return;
    earlier = std::move(now);
    nap(5);
  }
}

}  // namespace promissory::support
