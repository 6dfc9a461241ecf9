// Compiler Explorer's stand-in for tests/support/threads.hpp: what the kernel says of the threads.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <system_error>

namespace promissory::support {

struct Schedule {
  char state = 'X';  // S asleep, R running, as in proc(5)
  long switches = 0;
  bool operator==(const Schedule&) const = default;
};

// All but the calling thread, by number; none where /proc cannot be read.
inline std::map<int, Schedule> other_threads() {
  std::map<int, Schedule> threads;
  std::error_code none;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", none)) {
    const int number = std::stoi(task.path().filename());
    std::ifstream status(task.path() / "status");
    Schedule now;
    for (std::string word; status >> word;) {
      long switches = 0;
      if (word == "State:") status >> now.state;
      if (word.ends_with("ctxt_switches:") && status >> switches) now.switches += switches;
    }
    const bool is_alive = now.state != 'X' && now.state != 'Z';
    if (is_alive && number != gettid()) threads.emplace(number, now);
  }
  return threads;
}

// Whether all of these slept at two looks and did not run in between.
inline bool are_at_rest(const std::map<int, Schedule>& threads,
                        const std::map<int, Schedule>& earlier) {
  const auto sleeps = [](const auto& thread) { return thread.second.state == 'S'; };
  return threads == earlier && std::ranges::all_of(threads, sleeps);
}

}  // namespace promissory::support
