// syscall(SYS_futex, …): how std::atomic::wait, std::future and everything built on them park a
// thread.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "../deadline.hpp"
#include "../real.hpp"
#include "../waiters.hpp"
#include "../world.hpp"

namespace promissory::explorer {
namespace {

long refuse(int error) {
  errno = error;
  return -1;
}

long wait(int* word, int expected, std::int64_t deadline) {
  const Inside inside;
  const auto object = reinterpret_cast<Address>(word);
  world::point({.action = Action::futex_wait, .object = object});
  if (*word != expected) {
    if (RawStep* step = world::detail()) step->failed = true;
    world::was_fruitless();
    return refuse(EAGAIN);
  }
  world::was_fruitful();
  world::point({.action = Action::futex_woken, .object = object, .deadline = deadline});
  const bool has_timed_out = self->timed_out && !self->woken && !self->spurious;
  if (RawStep* step = world::detail()) {
    step->failed = has_timed_out;
    if (self->woken) step->read_from = self->woken_by;
  }
  return has_timed_out ? refuse(ETIMEDOUT) : 0;
}

long wake(int* word, int most) {
  const Inside inside;
  const auto object = reinterpret_cast<Address>(word);
  world::point({.action = Action::futex_wake, .object = object});
  const std::uint32_t woken = waiters::wake(Action::futex_woken, object, most);
  if (RawStep* step = world::detail()) step->after = woken;
  world::was_fruitful();
  return __builtin_popcount(woken);
}

long futex(int* word, int operation, int value, const timespec* time) {
  const int command = operation & FUTEX_CMD_MASK;
  switch (command) {
    case FUTEX_WAIT:
      return wait(word, value, time == nullptr ? no_deadline : deadline::relative(*time));
    case FUTEX_WAIT_BITSET: {
      const clockid_t clock =
          (operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
      return wait(word, value, time == nullptr ? no_deadline : deadline::absolute(clock, *time));
    }
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      return wake(word, value);
    default:
      self->inside = true;
      world::fail(Kind::misuse, "The explorer does not know futex operation %d.", command);
  }
}

}  // namespace
}  // namespace promissory::explorer

extern "C" long syscall(long number, ...) noexcept {
  using namespace promissory::explorer;
  va_list list;
  va_start(list, number);
  long argument[6];
  for (long& it : argument) it = va_arg(list, long);
  va_end(list);
  if (number == SYS_futex && controlled()) {
    return futex(reinterpret_cast<int*>(argument[0]), static_cast<int>(argument[1]),
                 static_cast<int>(argument[2]), reinterpret_cast<const timespec*>(argument[3]));
  }
  const long result = system_call(number, argument[0], argument[1], argument[2], argument[3],
                                  argument[4], argument[5]);
  return result < 0 && result > -4096 ? refuse(static_cast<int>(-result)) : result;
}
