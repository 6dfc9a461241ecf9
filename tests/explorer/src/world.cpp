#include "world.hpp"

#include <linux/futex.h>
#include <sys/mman.h>
#include <time.h>
#include <unwind.h>

#include <bit>
#include <csignal>
#include <cstring>
#include <new>
#include <optional>
#include <stdexcept>

#include "crashes.hpp"
#include "heap.hpp"
#include "lock_order.hpp"
#include "real.hpp"
#include "regions.hpp"
#include "strategy.hpp"
#include "zeroed.hpp"

namespace promissory::explorer {

thread_local constinit Thread* self = nullptr;

namespace world {

Record* record = nullptr;

namespace {

constexpr int object_limit = 1 << 15;
constexpr int exit_handler_limit = 1024;
constexpr int fruitless_until_yield = 32;
constexpr int rounds_until_livelock = 400;
/// libstdc++ yields four times before it waits with its deadline. A clock that jumped to somebody
/// else's meanwhile would jump past it.
constexpr int rounds_until_the_clock_goes_on = 8;
/// A loop that only looks at the clock gets there in a few dozen looks.
constexpr int looks_until_time_flies = 16;

struct State {
  int threads = 0;
  int objects = 0;
  std::int64_t now = 0;
  int rounds_without_progress = 0;
  int looks = 0;
  int spurious_left = 0;
  int exit_handlers = 0;
  int last_step = -1;
  bool forked = false;
  int done = 0;
};

State state;
Zeroed<Thread, thread_limit> all_threads;
Zeroed<Object, object_limit> all_objects;
/// Object numbers by address. Neighbours in memory are neighbours here, which keeps the touched
/// pages few.
constexpr std::size_t number_slots = std::size_t{object_limit} * 2;
Zeroed<std::uint16_t, number_slots> numbers;
Zeroed<Destructor, exit_handler_limit> exit_handlers;
std::optional<Chooser> chooser;
const std::function<void()>* the_body = nullptr;

void park(int& word) {
  while (__atomic_exchange_n(&word, 0, __ATOMIC_ACQUIRE) == 0) {
    system_call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAIT_PRIVATE, 0);
  }
}

void unpark(int& word) {
  __atomic_store_n(&word, 1, __ATOMIC_RELEASE);
  system_call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE_PRIVATE, 1);
}

bool is_enabled(const Thread& thread) {
  if (thread.timed_out && thread.pending.action != Action::wake) return true;
  const Operation& wanted = thread.pending;
  switch (wanted.action) {
    case Action::body_end:
      return false;
    case Action::lock: {
      const Object& mutex = object(wanted.object);
      return mutex.owner < 0 && mutex.readers == 0;
    }
    case Action::lock_shared:
      return object(wanted.object).owner < 0;
    case Action::wake: {
      if (!thread.woken && !thread.timed_out && !thread.spurious) return false;
      return object(wanted.other).owner < 0;
    }
    case Action::join:
      return reinterpret_cast<const Thread*>(wanted.object)->finished;
    case Action::acquire:
      return object(wanted.object).count > 0;
    case Action::futex_woken:
      return thread.woken || thread.spurious;
    case Action::once:
      return object(wanted.object).once != Object::Once::running;
    case Action::sleep:
      return state.now >= wanted.deadline;
    default:
      return true;
  }
}

bool is_waiting_with_deadline(const Thread& thread) {
  return !thread.finished && !thread.timed_out && !thread.woken &&
         thread.pending.deadline != no_deadline && !is_enabled(thread);
}

void let_time_pass(std::int64_t until) {
  if (until > state.now) state.now = until;
  for (int id = 0; id < state.threads; ++id) {
    Thread& thread = all_threads[id];
    if (is_waiting_with_deadline(thread) && thread.pending.deadline <= state.now) {
      thread.timed_out = true;
    }
  }
}

/// Time passes when nobody can do anything else. False: nobody waits for it either.
bool advance_clock() {
  std::int64_t earliest = no_deadline;
  for (int id = 0; id < state.threads; ++id) {
    const Thread& thread = all_threads[id];
    if (is_waiting_with_deadline(thread) && thread.pending.deadline < earliest) {
      earliest = thread.pending.deadline;
    }
  }
  if (earliest == no_deadline) return false;
  let_time_pass(earliest);
  return true;
}

void be_spurious() {
  if (record->early_timeouts) {
    for (int id = 0; id < state.threads; ++id) {
      const Thread& thread = all_threads[id];
      if (is_waiting_with_deadline(thread) && chooser->happens(64)) {
        let_time_pass(thread.pending.deadline);
        break;
      }
    }
  }
  if (!record->spurious || state.spurious_left == 0) return;
  for (int id = 0; id < state.threads; ++id) {
    Thread& thread = all_threads[id];
    const bool waits =
        thread.pending.action == Action::wake || thread.pending.action == Action::futex_woken;
    if (!thread.finished && waits && !thread.woken && !thread.timed_out && !thread.spurious &&
        chooser->happens(48)) {
      thread.spurious = true;
      --state.spurious_left;
    }
  }
}

const char* wish(const Thread& thread) {
  switch (thread.pending.action) {
    case Action::lock:
    case Action::lock_shared:
      return "waits for mutex";
    case Action::wake:
      return thread.woken || thread.timed_out ? "was woken and waits for mutex"
                                              : "waits on condition variable";
    case Action::acquire:
      return "waits for semaphore";
    case Action::futex_woken:
      return "waits for a change of";
    case Action::once:
      return "waits for the initialisation at";
    default:
      return "waits at";
  }
}

/// "T1 waits for mutex %p, which T2 holds", with addresses that the report turns into names.
void note_where_it_waits(const Thread& thread) {
  const Operation& wanted = thread.pending;
  if (wanted.action == Action::join) {
    note(thread.id, thread.stack, "waits to join T%d",
         reinterpret_cast<const Thread*>(wanted.object)->id);
    return;
  }
  if (wanted.action == Action::body_end) {
    note(thread.id, thread.stack, "has ended the body, and waits for the others");
    return;
  }
  const bool wants_mutex = wanted.action == Action::wake && (thread.woken || thread.timed_out);
  const Address what = wants_mutex ? wanted.other : wanted.object;
  const int owner = wanted.action == Action::wake && !wants_mutex ? -1 : object(what).owner;
  if (owner >= 0) {
    note(thread.id, thread.stack, "%s {%lx}, which %sT%d holds", wish(thread), what,
         owner == thread.id ? "it holds itself: " : "", owner);
  } else {
    note(thread.id, thread.stack, "%s {%lx}", wish(thread), what);
  }
}

/// Nobody can go on and nobody waits for the clock.
[[noreturn]] void end_of_the_line() {
  const Thread& body = all_threads[0];
  int blocked = 0;
  for (int id = 0; id < state.threads; ++id) blocked += all_threads[id].finished ? 0 : 1;
  if (blocked > 0) {
    record->notes = 0;
    for (int id = 0; id < state.threads; ++id) {
      if (!all_threads[id].finished) note_where_it_waits(all_threads[id]);
    }
    if (!body.finished) {
      fail(Kind::deadlock, "Nobody can go on: %d thread%s for ever.", blocked,
           blocked == 1 ? " waits" : "s wait for each other or");
    }
    fail(Kind::blocked, "The body has ended, but %d thread%s blocked for ever.", blocked,
         blocked == 1 ? " is" : "s are");
  }
  for (int id = 1; id < state.threads; ++id) {
    const Thread& thread = all_threads[id];
    if (!thread.joined && !thread.detached) {
      record->notes = 0;
      note(id, {}, "has ended, and nobody joined or detached it");
      fail(Kind::never_joined, "A thread was never joined.");
    }
  }
  if (record->soft_kind != Kind::none) {
    record->kind = record->soft_kind;
    end_schedule(End::failed);
  }
  if (record->wants_leaks) heap::report_leaks();
  const bool is_about_a_leak = record->watched.pc != 0 && record->watched.thread < 0;
  if (record->wants_detail && is_about_a_leak) heap::show_leaks_of(record->watched.pc);
  end_schedule(End::passed);
}

[[noreturn]] void never_ends() {
  record->notes = 0;
  for (int id = 0; id < state.threads; ++id) {
    const Thread& thread = all_threads[id];
    if (thread.finished) continue;
    if (is_enabled(thread)) {
      note(id, thread.stack, "spins, and what it looks at never changes");
    } else {
      note_where_it_waits(thread);
    }
  }
  fail(Kind::livelock, "Threads run round and round, and nothing changes any more.");
}

int next_thread(int running) {
  for (;;) {
    be_spurious();
    std::uint32_t enabled = 0;
    std::uint32_t fresh = 0;
    for (int id = 0; id < state.threads; ++id) {
      const Thread& thread = all_threads[id];
      if (thread.finished || !is_enabled(thread)) continue;
      enabled |= 1U << id;
      if (!thread.yielded) fresh |= 1U << id;
    }
    if (enabled == 0) {
      if (advance_clock()) continue;
      Thread& body = all_threads[0];
      if (!body.finished && body.pending.action == Action::body_end) return 0;
      end_of_the_line();
    }
    if (fresh != enabled) record->had_spin = true;
    if (fresh == 0) {
      for (int id = 0; id < state.threads; ++id) all_threads[id].yielded = false;
      if (++state.rounds_without_progress > rounds_until_livelock) never_ends();
      if (state.rounds_without_progress > rounds_until_the_clock_goes_on) advance_clock();
      continue;
    }
    const bool can_stay = running >= 0 && (fresh >> running & 1U) != 0;
    const int chosen = chooser->pick(fresh, can_stay ? running : -1);
    if (chosen < 0) end_schedule(End::pruned);
    return chosen;
  }
}

void count_step(Thread& thread) {
  if (++record->steps > record->max_steps) {
    record->notes = 0;
    for (int id = 0; id < state.threads; ++id) {
      const Thread& other = all_threads[id];
      if (!other.finished) note(id, other.stack, "is here");
    }
    fail(Kind::too_long,
         "No end after %d steps: a livelock, or a body that is too long (raise .max_steps).",
         record->max_steps);
  }
  state.last_step = record->steps - 1;
  if (!record->wants_detail || state.last_step >= step_limit) return;
  RawStep& step = record->step[state.last_step];
  step = {};
  step.operation = thread.pending;
  step.thread = static_cast<std::uint8_t>(thread.id);
  step.stack = thread.stack;
}

/// Lets the chosen thread go on, and waits for the own turn.
void hand_over(Thread& from, int running) {
  const int chosen = next_thread(running);
  if (chosen == from.id) return;
  unpark(all_threads[chosen].baton);
  park(from.baton);
}

void add_note(int thread, const Stack& stack, const char* format, va_list arguments) {
  if (record->notes == note_limit) return;
  RawNote& note = record->note[record->notes++];
  note.thread = thread;
  note.stack = stack;
  std::vsnprintf(note.text, sizeof note.text, format, arguments);
}

_Unwind_Reason_Code walk(_Unwind_Context* context, void* argument) {
  Stack& stack = *static_cast<Stack*>(argument);
  int before = 0;
  Address pc = _Unwind_GetIPInfo(context, &before);
  if (pc == 0 || stack.frames == frame_limit) return _URC_END_OF_STACK;
  stack.pcs[stack.frames++] = before != 0 ? pc : pc - 1;
  return _URC_NO_REASON;
}

}  // namespace

Stack stack_here(Address returns_to) {
  if (!record->wants_detail) return {returns_to == 0 ? 0 : 1, {returns_to - 1}};
  Stack stack{};
  _Unwind_Backtrace(walk, &stack);
  return stack;
}

Thread& thread(int id) {
  return all_threads[id];
}
int threads() {
  return state.threads;
}
std::int64_t now() {
  return state.now;
}
int step_number() {
  return state.last_step;
}

std::int64_t real_time_offset() {
  constexpr std::int64_t year_2026 = 1'767'225'600'000'000'000;
  return year_2026;
}

std::int64_t look_at_clock() {
  if (++state.looks > looks_until_time_flies) {
    const int doublings = state.looks - looks_until_time_flies;
    let_time_pass(state.now + (std::int64_t{1'000} << (doublings < 20 ? doublings : 20)));
  }
  return state.now;
}

Object& object(Address address) {
  for (Address slot = address >> 2;; ++slot) {
    std::uint16_t& number = numbers[slot & (number_slots - 1)];
    if (number == 0) {
      if (state.objects + 1 == object_limit) {
        fail(Kind::too_long, "The body uses more than %d mutexes, atomics and so on.",
             object_limit);
      }
      number = static_cast<std::uint16_t>(++state.objects);
      Object& fresh = all_objects[number];
      fresh.address = address;
      fresh.owner = -1;
      fresh.written_by = -1;
      return fresh;
    }
    if (all_objects[number].address == address) return all_objects[number];
  }
}

void* stack_of(int id) {
  char* const stack = reinterpret_cast<char*>(
      regions::stacks_start + static_cast<Address>(id) * 2 * stack_size + stack_size);
  // A stack that overflows runs into this page. Protected only now: a process with many mappings is
  // dear to fork.
  constexpr std::size_t page = 4096;
  mprotect(stack - page, page, PROT_NONE);
  return stack;
}

void point(const Operation& operation) {
  Thread& thread = *self;
  thread.pending = operation;
  thread.woken = false;
  thread.timed_out = operation.deadline <= state.now;
  thread.spurious = false;
  if (record->wants_detail) thread.stack = stack_here();
  chooser->wants(thread);
  hand_over(thread, thread.id);
  count_step(thread);
  chooser->done(thread, thread.pending);
  if (operation.action == Action::yield) {
    thread.yielded = true;
    return;
  }
  if (operation.action != Action::clock) state.looks = 0;
}

void was_fruitful() {
  Thread& thread = *self;
  thread.fruitless = 0;
  state.rounds_without_progress = 0;
  for (int id = 0; id < state.threads; ++id) {
    if (id != thread.id) all_threads[id].yielded = false;
  }
}

void was_fruitless() {
  Thread& thread = *self;
  if (++thread.fruitless < fruitless_until_yield) return;
  thread.fruitless = 0;
  thread.yielded = true;
}

Thread& add_thread() {
  if (state.threads == thread_limit) {
    fail(Kind::too_many_threads,
         "The body starts more than %d threads; the explorer follows no more.", thread_limit - 1);
  }
  Thread& thread = all_threads[state.threads];
  thread.id = state.threads++;
  thread.woken_by = -1;
  thread.pending = {.action = Action::start, .object = reinterpret_cast<Address>(&thread)};
  thread.clock.at[thread.id] = 1;
  thread.order.at[thread.id] = 1;
  chooser->thread_added(thread);
  chooser->wants(thread);
  return thread;
}

void begin_thread(Thread& thread) {
  self = &thread;
  thread.inside = true;
  park(thread.baton);
  count_step(thread);
  chooser->done(thread, thread.pending);
  was_fruitful();
  thread.inside = false;
}

void end_thread() {
  Thread& thread = *self;
  thread.inside = true;
  point({.action = Action::exit, .object = reinterpret_cast<Address>(&thread)});
  was_fruitful();
  thread.finished = true;
  thread.woken_by = state.last_step;
  unpark(all_threads[next_thread(-1)].baton);
  // Never really ends: its stack and its thread-local memory are not used again.
  int never = 0;
  for (;;) park(never);
}

Thread* find_thread(pthread_t handle) {
  // The latest first: a handle may come again.
  for (int id = state.threads - 1; id >= 0; --id) {
    if (all_threads[id].handle == handle) return &all_threads[id];
  }
  return nullptr;
}

int choose(int ways) {
  return chooser->choose(ways);
}
bool happens(int odds) {
  return record->spurious && chooser->happens(odds);
}

void acquire(Object& from) {
  self->clock.join(from.clock, state.threads);
  self->order.join(from.order, state.threads);
}

void release(Object& into) {
  into.clock.join(self->clock, state.threads);
  into.order.join(self->order, state.threads);
  ++self->clock.at[self->id];
  ++self->order.at[self->id];
}

void release_replacing(Object& into) {
  into.clock = self->clock;
  into.order = self->order;
  ++self->clock.at[self->id];
  ++self->order.at[self->id];
}

void mutex_acquire(Object& from) {
  self->clock.join(from.clock, state.threads);
}

void mutex_release(Object& into) {
  into.clock.join(self->clock, state.threads);
  ++self->clock.at[self->id];
}

RawStep* detail() {
  if (!record->wants_detail || state.last_step >= step_limit || state.last_step < 0) return nullptr;
  return &record->step[state.last_step];
}

void note(int thread, const Stack& stack, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_note(thread, stack, format, arguments);
  va_end(arguments);
}

void note_here(const char* format, ...) {
  record->notes = 0;
  if (self == nullptr) return;
  va_list arguments;
  va_start(arguments, format);
  add_note(self->id, stack_here(), format, arguments);
  va_end(arguments);
}

void soft_failure(Kind kind, const char* format, ...) {
  if (record->soft_kind != Kind::none) return;
  record->soft_kind = kind;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(record->summary, sizeof record->summary, format, arguments);
  va_end(arguments);
}

void fail(Kind kind, const char* format, ...) {
  record->soft_kind = Kind::none;
  record->kind = kind;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(record->summary, sizeof record->summary, format, arguments);
  va_end(arguments);
  end_schedule(End::failed);
}

void end_schedule(End end) {
  record->end = end;
  if (state.forked) system_call(SYS_exit_group, 0);
  if (self != nullptr) self->inside = true;
  unpark(state.done);
  int never = 0;
  for (;;) park(never);
}

void record_expectation(const char* file, int line, const char* message) {
  if (self != nullptr) self->inside = true;
  std::snprintf(record->file, sizeof record->file, "%s", file == nullptr ? "" : file);
  record->line = line;
  note_here("found that the expectation does not hold");
  fail(Kind::expectation, "%s", message);
}

void at_exit(void (*run)(void*), void* object) {
  if (state.exit_handlers == exit_handler_limit) {
    fail(Kind::too_long, "The body registers more than %d exit handlers.", exit_handler_limit);
  }
  exit_handlers[state.exit_handlers++] = {run, object};
}

namespace {

void* run_body(void*) {
  Thread& body = all_threads[0];
  begin_thread(body);
  try {
    (*the_body)();
  } catch (...) {
    body.inside = true;
    crashes::fail_with_current_exception("escaped from the body");
  }
  run_thread_destructors();
  {
    const Inside inside;
    point({.action = Action::body_end, .object = reinterpret_cast<Address>(&body)});
  }
  while (state.exit_handlers > 0) {
    const Destructor handler = exit_handlers[--state.exit_handlers];
    handler.run(handler.object);
  }
  end_thread();
}

}  // namespace

void run(Record& into, const std::function<void()>& body, bool forked) {
  record = &into;
  the_body = &body;
  state.forked = forked;
  state.spurious_left = 2;
  timespec start{};
  system_call(SYS_clock_gettime, CLOCK_MONOTONIC, reinterpret_cast<long>(&start));
  // Whole hours, so that what is printed does not depend on when it was.
  state.now = (start.tv_sec / 3600 + 1) * 3600 * 1'000'000'000LL;
  chooser.emplace(into);
  heap::begin();
  lock_order::begin();
  crashes::install_handlers();
  Thread& thread = add_thread();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack_of(0), stack_size);
  const int error = real_thread(&thread.handle, &attributes, run_body, nullptr);
  if (error != 0) {
    std::snprintf(into.summary, sizeof into.summary, "no thread could be started: %s",
                  std::strerror(error));
    into.kind = Kind::stuck;
    into.end = End::failed;
    if (forked) system_call(SYS_exit_group, 0);
    return;
  }
  unpark(thread.baton);
  park(state.done);
}

}  // namespace world
}  // namespace promissory::explorer
