// Which threads does this process have, and what are they doing?
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace promissory::support {

/// A thread as the kernel sees it. Thread numbers are used again, hence the start time.
struct Thread {
  pid_t tid = 0;
  unsigned long long started = 0;  // clock ticks since boot
  std::string name;
  char state = '?';  // as in proc(5): R running, S asleep, D asleep in the kernel, T stopped
  std::string wait_channel;  // where in the kernel it sleeps; empty when it runs or it is not told

  bool is_same_as(const Thread& other) const {
    return tid == other.tid && started == other.started;
  }
};

/// @return the numbers of all threads; empty when /proc/self/task cannot be read
std::vector<pid_t> thread_numbers();

/// @return the living threads, the oldest first; nothing when /proc/self/task cannot be read
std::optional<std::vector<Thread>> threads_of_this_process();

/// Whether a thread sleeps and can be woken by another thread only, at one moment.
struct Rest {
  bool is_untimed_futex_wait = false;
  unsigned long long switches = 0;  // how often it left a processor, of its own will or not

  bool operator==(const Rest&) const = default;
};

/// Looks at the switches before and after the wait, so that two equal answers mean that the thread
/// did not run for a moment between the two looks.
/// @return nothing when the thread has ended, is on the move, or may not be looked at
std::optional<Rest> rest_of_thread(pid_t tid);

/// How one thread is scheduled, at one moment.
struct Schedule {
  char state = '?';
  unsigned long long switches = 0;

  bool operator==(const Schedule&) const = default;
};

/// @return nothing when the thread has ended or may not be looked at
std::optional<Schedule> schedule_of_thread(pid_t tid);

/// What a thread has had of the processors since it began.
struct Share {
  std::chrono::nanoseconds ran{};
  std::chrono::nanoseconds waited{};  // ready to run, up to when it last ran
  bool is_ready = false;              // running, or waiting for its turn
};

/// @return nothing when the thread has ended, or the kernel does not count it
std::optional<Share> share_of_thread(pid_t tid);

/// @return true while a debugger (or strace, or the leak sanitizer) holds this process
bool is_being_traced();

/// @return the number of the calling thread
pid_t this_thread_number();

}  // namespace promissory::support
