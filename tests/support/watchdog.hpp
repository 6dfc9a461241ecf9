// A test that hangs is named, shown and ended.
#pragma once

namespace promissory::support {

/// The exit status of a process that was ended because it hung.
constexpr int hang_exit_status = 66;

/// Starts the thread that watches the process until it ends. Call it once, before the first test.
/// A hang is one of two:
///
/// - A deadlock: every thread (but a sanitizer's own) is in a wait without a timeout that only
///   another thread of the process can end. It is proved by two looks between which no thread has
///   run, and told within a fraction of a second. Memory shared with other processes and signals
///   from outside are not thought of.
/// - A test (or the end of the process after the last) that takes longer than 10 s, or than
///   PROMISSORY_WATCHDOG_MS milliseconds. The time during which the process is stopped, or is ready
///   to run and gets no processor, is not counted.
///
/// Under a debugger it does nothing.
void start_watchdog();

/// For as long as one of these lives, the time is not counted: for parts of a test in which other
/// programs work, which a busy machine may keep waiting. A deadlock is told all the same.
class UncountedTime {
 public:
  UncountedTime();
  UncountedTime(const UncountedTime&) = delete;
  UncountedTime& operator=(const UncountedTime&) = delete;
  ~UncountedTime();
};

}  // namespace promissory::support
