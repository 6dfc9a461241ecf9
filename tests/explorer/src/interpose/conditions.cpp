// pthread_cond_*: a waiter that is woken still has to get its mutex back, and who is woken is a
// choice.
#include <pthread.h>
#include <time.h>

#include <cerrno>

#include "../deadline.hpp"
#include "../mutex.hpp"
#include "../races.hpp"
#include "../real.hpp"
#include "../waiters.hpp"
#include "../world.hpp"
#include "site.hpp"

namespace promissory::explorer {
namespace {

PROMISSORY_REAL_DECLARE(pthread_cond_wait);
PROMISSORY_REAL_DECLARE(pthread_cond_timedwait);
PROMISSORY_REAL_DECLARE(pthread_cond_clockwait);
PROMISSORY_REAL_DECLARE(pthread_cond_signal);
PROMISSORY_REAL_DECLARE(pthread_cond_broadcast);
PROMISSORY_REAL_DECLARE(pthread_cond_destroy);

int wait(pthread_cond_t* condition, pthread_mutex_t* it, std::int64_t deadline, Address site) {
  const Inside inside;
  const auto object = reinterpret_cast<Address>(condition);
  const auto other = reinterpret_cast<Address>(it);
  world::point({.action = Action::wait, .object = object, .other = other});
  races::access(object, 1, site, races::How::use);
  races::access(other, 1, site, races::How::use);
  Object& mutex = world::object(other);
  if (mutex.owner != self->id) {
    world::fail(Kind::misuse, "T%d waits with a mutex that it does not hold.", self->id);
  }
  const int depth = mutex.depth;
  mutex::let_go(mutex);
  world::point({.action = Action::wake, .object = object, .other = other, .deadline = deadline});
  const bool has_timed_out = self->timed_out && !self->woken && !self->spurious;
  if (RawStep* step = world::detail()) {
    step->failed = has_timed_out;
    if (self->woken) step->target = static_cast<std::int8_t>(self->id);
  }
  const int woken_by = self->woken ? self->woken_by : -1;
  mutex::hold(mutex, false);
  mutex.depth = depth;
  if (RawStep* step = world::detail()) step->read_from = woken_by;
  self->order.join(world::object(object).order, world::threads());
  return has_timed_out ? ETIMEDOUT : 0;
}

int notify(pthread_cond_t* condition, bool all, Address site) {
  const Inside inside;
  const auto object = reinterpret_cast<Address>(condition);
  world::point({.action = all ? Action::notify_all : Action::notify_one, .object = object});
  races::access(object, 1, site, races::How::use);
  Object& it = world::object(object);
  it.order.join(self->order, world::threads());
  ++self->order.at[self->id];
  const std::uint32_t woken = waiters::wake(Action::wake, object, all ? thread_limit : 1);
  if (RawStep* step = world::detail()) step->after = woken;
  world::was_fruitful();
  return 0;
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int pthread_cond_wait(pthread_cond_t* it, pthread_mutex_t* mutex) {
  if (!controlled()) return PROMISSORY_REAL(pthread_cond_wait, it, mutex);
  return wait(it, mutex, no_deadline, SITE);
}
// The clock of the attribute is not looked at: the C++ library asks for CLOCK_REALTIME here.
int pthread_cond_timedwait(pthread_cond_t* it, pthread_mutex_t* mutex, const timespec* until) {
  if (!controlled()) return PROMISSORY_REAL(pthread_cond_timedwait, it, mutex, until);
  return wait(it, mutex, deadline::absolute(CLOCK_REALTIME, *until), SITE);
}
int pthread_cond_clockwait(pthread_cond_t* it, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  if (!controlled()) return PROMISSORY_REAL(pthread_cond_clockwait, it, mutex, clock, until);
  return wait(it, mutex, deadline::absolute(clock, *until), SITE);
}
int pthread_cond_signal(pthread_cond_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_cond_signal, it);
  return notify(it, false, SITE);
}
int pthread_cond_broadcast(pthread_cond_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_cond_broadcast, it);
  return notify(it, true, SITE);
}
int pthread_cond_destroy(pthread_cond_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_cond_destroy, it);
  const Inside inside;
  const auto object = reinterpret_cast<Address>(it);
  if (waiters::of(Action::wake, object) != 0) {
    world::fail(Kind::misuse, "T%d destroys a condition variable that others wait on.", self->id);
  }
  races::access(object, 1, SITE, races::How::write);
  return 0;
}

}  // extern "C"
