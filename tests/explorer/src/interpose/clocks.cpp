// Sleeps and clocks: time is virtual and passes when nobody can run.
#include <sched.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "../deadline.hpp"
#include "../real.hpp"
#include "../world.hpp"

namespace promissory::explorer {
namespace {

/// What all who read the clock have in common.
constexpr Address the_clock = 1;

PROMISSORY_REAL_DECLARE(nanosleep);
PROMISSORY_REAL_DECLARE(clock_nanosleep);
PROMISSORY_REAL_DECLARE(usleep);
PROMISSORY_REAL_DECLARE(sleep);
PROMISSORY_REAL_DECLARE(sched_yield);
PROMISSORY_REAL_DECLARE(clock_gettime);
int (*real_gettimeofday)(timeval*, void*) = nullptr;
PROMISSORY_REAL_DECLARE(time);

int sleep_until(std::int64_t deadline) {
  const Inside inside;
  world::point(
      {.action = Action::sleep, .object = the_clock, .deadline = deadline, .only_reads = true});
  world::was_fruitful();
  return 0;
}

timespec look(clockid_t clock) {
  const Inside inside;
  world::point({.action = Action::clock, .object = the_clock, .only_reads = true});
  std::int64_t now = world::look_at_clock();
  world::was_fruitless();
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now += world::real_time_offset();
  return {now / deadline::one_second, now % deadline::one_second};
}

bool is_virtual(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME_COARSE ||
         clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int nanosleep(const timespec* length, timespec* left) {
  if (!controlled()) return PROMISSORY_REAL(nanosleep, length, left);
  return sleep_until(deadline::relative(*length));
}
int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  if (!controlled()) return PROMISSORY_REAL(clock_nanosleep, clock, flags, time, left);
  return sleep_until((flags & TIMER_ABSTIME) != 0 ? deadline::absolute(clock, *time)
                                                  : deadline::relative(*time));
}
int usleep(useconds_t length) {
  if (!controlled()) return PROMISSORY_REAL(usleep, length);
  return sleep_until(world::now() + std::int64_t{length} * 1000);
}
unsigned sleep(unsigned length) {
  if (!controlled()) return PROMISSORY_REAL(sleep, length);
  return static_cast<unsigned>(sleep_until(world::now() + length * deadline::one_second));
}
int sched_yield() noexcept {
  if (!controlled()) return PROMISSORY_REAL(sched_yield);
  const Inside inside;
  world::point({.action = Action::yield, .only_reads = true});
  return 0;
}
int clock_gettime(clockid_t clock, timespec* into) noexcept {
  if (!controlled() || !is_virtual(clock)) return PROMISSORY_REAL(clock_gettime, clock, into);
  *into = look(clock);
  return 0;
}
int gettimeofday(timeval* into, void* zone) noexcept {
  if (!controlled()) return real("gettimeofday", real_gettimeofday)(into, zone);
  const timespec now = look(CLOCK_REALTIME);
  *into = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}
time_t time(time_t* into) noexcept {
  if (!controlled()) return PROMISSORY_REAL(time, into);
  const timespec now = look(CLOCK_REALTIME);
  if (into != nullptr) *into = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
