// What the child that runs one schedule tells the parent that chose it, and is told by it. It lies
// in memory that both share, so that it survives whatever happens to the child.
#pragma once

#include <cstdint>

#include "explorer.hpp"
#include "operation.hpp"
#include "vector_clock.hpp"

namespace promissory::explorer {

inline constexpr int choice_limit = 1 << 17;
inline constexpr int step_limit = 1 << 17;
inline constexpr int frame_limit = 24;
inline constexpr int note_limit = thread_limit + 2;
inline constexpr int leak_limit = 1024;

enum class End : std::uint8_t {
  running,  ///< never got to an end: it crashed, hung or exited
  passed,
  failed,
  pruned,    ///< an equivalent schedule has been seen
  diverged,  ///< the forced choices do not fit this run
};

enum class Kind : std::uint8_t {
  none,
  expectation,
  deadlock,
  blocked,
  lock_order,
  data_race,
  use_after_free,
  double_free,
  out_of_bounds,
  never_joined,
  misuse,
  leak,
  uncaught,
  exited,
  crash,
  livelock,
  too_long,
  too_many_threads,
  stuck,
};

/// Where a thread stands, the innermost call first.
struct Stack {
  int frames;
  Address pcs[frame_limit];
};

struct RawNote {
  int thread = -1;
  Stack stack = {};
  char text[400] = {};
};

struct RawStep {
  Operation operation;
  std::uint8_t thread = 0;
  std::int16_t target = -1;
  std::uint8_t size = 0;
  bool has_value = false;
  bool failed = false;  ///< a try_lock, a compare_exchange, a wait that timed out
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::int32_t read_from = -1;
  Stack stack = {};
};

/// A decision with more than one way to go.
struct Choice {
  std::uint8_t taken = 0;
  bool is_thread = false;
};

/// What an exhaustive search needs to know of a choice.
struct Branch {
  std::uint32_t ways = 0;         ///< a bit per thread, or the number of ways
  std::uint32_t sleeping = 0;     ///< threads that need not be tried here
  std::int8_t running = -1;       ///< the thread that ran before, when it could go on
  std::uint16_t preemptions = 0;  ///< before this choice
};

struct Leak {
  std::uint64_t site = 0;
  std::uint32_t blocks = 0;
};

struct Access {
  Address address = 0;
  Address pc = 0;
  int thread = -1;
};

/// How a schedule went, in so far as it fits into a few words.
struct Ending {
  End end = End::running;
  Kind kind = Kind::none;
  Kind soft_kind = Kind::none;  ///< a fault that did not end the schedule
  int steps = 0;
  int choices = 0;
  int preemptions = 0;
  bool had_spin = false;  ///< the search was not told of every order
  int notes = 0;
  int leaks = 0;
  Access racing;
  int line = 0;
};

struct Record : Ending {
  // from the parent
  Strategy strategy = Strategy::mix;
  std::uint64_t seed = 0;
  int schedule = 0;
  int forced = 0;              ///< so many choices are given
  std::uint32_t sleeping = 0;  ///< asleep at the last of them
  bool wants_detail = false;
  bool wants_leaks = false;
  bool spurious = false;
  bool early_timeouts = false;
  int max_steps = 0;
  Access watched;  ///< detail: the first access of the race
  Address suppressed[64] = {};
  int suppressions = 0;

  // from the child
  char file[400] = {};
  char summary[4000] = {};
  char outcome[1000] = {};
  RawNote note[note_limit];
  Leak leak[leak_limit];
  Choice choice[choice_limit];
  Branch branch[choice_limit];
  RawStep step[step_limit];
};

}  // namespace promissory::explorer
