// The threads of one schedule. Exactly one of them runs; the others are parked, each with the
// operation it wants to do next. Whoever runs and comes to its next operation chooses who goes on.
//
// Nothing in here is locked: the baton orders everything.
#pragma once

#include <pthread.h>

#include <cstdarg>
#include <cstddef>
#include <functional>

#include "operation.hpp"
#include "record.hpp"
#include "vector_clock.hpp"

namespace promissory::explorer {

struct Destructor {
  void (*run)(void*);
  void* object;
};

// Threads and objects begin as zeroed memory that no constructor touches: most of it is never used,
// and a page that is not touched costs a schedule nothing.
struct Thread {
  int id;
  int baton;
  /// Inside the runtime: what is called from here goes to the real library and is not recorded.
  bool inside;
  bool finished;
  bool joined;
  bool detached;
  bool yielded;
  bool woken;
  bool timed_out;
  bool spurious;
  int fruitless;
  int woken_by;  ///< the step; -1 for none; of a thread that has ended, its last
  Operation pending;
  std::uint64_t thread_priority;
  std::uint64_t event_priority;
  VectorClock clock;
  /// The same without what mutexes order: two lock acquisitions that are ordered by something else
  /// can never deadlock.
  VectorClock order;
  VectorClock release_fence;
  VectorClock acquire_fence;
  pthread_t handle;
  void* (*routine)(void*);
  void* argument;
  void* result;
  int held_count;
  Address held[32];
  /// Where it stands; only in a detailed run.
  Stack stack;
  int destructor_count;
  Destructor destructors[256];
};

/// What the runtime knows of a mutex, an atomic, a semaphore …, by its address.
struct Object {
  Address address;
  VectorClock clock;
  VectorClock order;
  int owner;  ///< -1 for none
  int depth;
  int readers;
  std::uint8_t reads_of[thread_limit];
  long count;
  enum class Once : std::uint8_t { fresh, running, done } once;
  bool is_counted;  ///< a semaphore whose `count` is known
  int written_by;   ///< the step, in a detailed run
};

extern thread_local constinit Thread* self;

/// Is the calling thread one of a schedule, and not in the runtime?
inline bool controlled() {
  return self != nullptr && !self->inside;
}

/// Marks the calling thread as being in the runtime.
class Inside {
 public:
  Inside() : was_(self->inside) { self->inside = true; }
  ~Inside() { self->inside = was_; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  bool was_;
};

/// Leaves the runtime again, to call the user's code from it.
class Outside {
 public:
  Outside() : was_(self->inside) { self->inside = false; }
  ~Outside() { self->inside = was_; }
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

 private:
  bool was_;
};

namespace world {

extern Record* record;

/// Runs `body` as T0 and everything it starts. Ends the process when `forked`; otherwise returns
/// when the schedule has ended.
void run(Record& into, const std::function<void()>& body, bool forked);

/// Waits until the calling thread may do this.
void point(const Operation& operation);

Object& object(Address address);
Thread& thread(int id);
int threads();

/// Registers a thread that is about to be created. Fails when there are too many.
Thread& add_thread();
/// What the created thread calls first and last.
void begin_thread(Thread& thread);
[[noreturn]] void end_thread();
/// The C library's pthread_create.
int real_thread(pthread_t* handle, const pthread_attr_t* attributes, void* (*routine)(void*),
                void* argument);
/// Its thread_local objects, and what POSIX keys hold.
void run_thread_destructors();
Thread* find_thread(pthread_t handle);
/// Its stack, at the same address in every run.
void* stack_of(int id);
inline constexpr std::size_t stack_size = 1 << 20;

/// One of n ways that the standard leaves open, such as who is notified.
int choose(int ways);
/// Something that happens now and then, about once in `odds`; never in an exhaustive search.
bool happens(int odds);

std::int64_t now();               ///< virtual nanoseconds of the monotonic clock
std::int64_t real_time_offset();  ///< what CLOCK_REALTIME is ahead of it
std::int64_t look_at_clock();     ///< now(), from a loop that may be waiting for it

/// Did the running thread's last operation achieve nothing, as a load in a spin loop does?
void was_fruitless();
void was_fruitful();

/// What the thread has learned from, and lets be learned through, an object.
void acquire(Object& from);
void release(Object& into);
void release_replacing(Object& into);
void mutex_acquire(Object& from);
void mutex_release(Object& into);

/// The step that has just been made; null unless this is a detailed run.
RawStep* detail();
int step_number();
/// Where the calling thread stands: all of it in a detailed run, otherwise only `returns_to`.
Stack stack_here(Address returns_to = 0);

[[noreturn]] void fail(Kind kind, const char* format, ...) __attribute__((format(printf, 2, 3)));
/// What a thread has to do with the fault that is about to be told.
void note(int thread, const Stack& stack, const char* format, ...)
    __attribute__((format(printf, 3, 4)));
/// The first and only such note: of the calling thread, where it stands.
void note_here(const char* format, ...) __attribute__((format(printf, 1, 2)));
/// A fault that is told of only if nothing worse is found.
void soft_failure(Kind kind, const char* format, ...) __attribute__((format(printf, 2, 3)));
[[noreturn]] void end_schedule(End end);
void record_expectation(const char* file, int line, const char* message);

/// Exit handlers that were registered by the body.
void at_exit(void (*run)(void*), void* object);

}  // namespace world
}  // namespace promissory::explorer
