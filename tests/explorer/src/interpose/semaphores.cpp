// sem_*: POSIX semaphores. std::counting_semaphore is made of atomics and comes by another way.
#include <semaphore.h>
#include <time.h>

#include <cerrno>

#include "../deadline.hpp"
#include "../races.hpp"
#include "../real.hpp"
#include "../world.hpp"
#include "site.hpp"

namespace promissory::explorer {
namespace {

PROMISSORY_REAL_DECLARE(sem_init);
PROMISSORY_REAL_DECLARE(sem_wait);
PROMISSORY_REAL_DECLARE(sem_trywait);
PROMISSORY_REAL_DECLARE(sem_timedwait);
PROMISSORY_REAL_DECLARE(sem_clockwait);
PROMISSORY_REAL_DECLARE(sem_post);
PROMISSORY_REAL_DECLARE(sem_getvalue);

/// The count of a semaphore that was made before the schedule began is the real one's.
Object& shadow(sem_t* it) {
  Object& semaphore = world::object(reinterpret_cast<Address>(it));
  if (!semaphore.is_counted) {
    int value = 0;
    PROMISSORY_REAL(sem_getvalue, it, &value);
    semaphore.count = value;
    semaphore.is_counted = true;
  }
  return semaphore;
}

int take(sem_t* it, Action action, std::int64_t deadline, Address site) {
  const Inside inside;
  Object& semaphore = shadow(it);
  world::point({.action = action, .object = semaphore.address, .deadline = deadline});
  races::access(semaphore.address, 1, site, races::How::use);
  if (semaphore.count == 0) {
    if (RawStep* step = world::detail()) step->failed = true;
    if (action == Action::try_acquire) world::was_fruitless();
    errno = action == Action::try_acquire ? EAGAIN : ETIMEDOUT;
    return -1;
  }
  --semaphore.count;
  world::acquire(semaphore);
  world::was_fruitful();
  if (RawStep* step = world::detail()) step->read_from = semaphore.written_by;
  return 0;
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int sem_init(sem_t* it, int shared, unsigned value) noexcept {
  const int error = PROMISSORY_REAL(sem_init, it, shared, value);
  if (error == 0 && controlled()) {
    const Inside inside;
    Object& semaphore = world::object(reinterpret_cast<Address>(it));
    semaphore.count = value;
    semaphore.is_counted = true;
  }
  return error;
}
int sem_wait(sem_t* it) {
  if (!controlled()) return PROMISSORY_REAL(sem_wait, it);
  return take(it, Action::acquire, no_deadline, SITE);
}
int sem_trywait(sem_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(sem_trywait, it);
  return take(it, Action::try_acquire, no_deadline, SITE);
}
int sem_timedwait(sem_t* it, const timespec* until) {
  if (!controlled()) return PROMISSORY_REAL(sem_timedwait, it, until);
  return take(it, Action::acquire, deadline::absolute(CLOCK_REALTIME, *until), SITE);
}
int sem_clockwait(sem_t* it, clockid_t clock, const timespec* until) {
  if (!controlled()) return PROMISSORY_REAL(sem_clockwait, it, clock, until);
  return take(it, Action::acquire, deadline::absolute(clock, *until), SITE);
}
int sem_post(sem_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(sem_post, it);
  const Inside inside;
  Object& semaphore = shadow(it);
  world::point({.action = Action::release, .object = semaphore.address});
  races::access(semaphore.address, 1, SITE, races::How::use);
  ++semaphore.count;
  semaphore.written_by = world::step_number();
  world::release(semaphore);
  world::was_fruitful();
  return 0;
}
int sem_getvalue(sem_t* it, int* value) noexcept {
  if (!controlled()) return PROMISSORY_REAL(sem_getvalue, it, value);
  const Inside inside;
  *value = static_cast<int>(shadow(it).count);
  return 0;
}

}  // extern "C"
