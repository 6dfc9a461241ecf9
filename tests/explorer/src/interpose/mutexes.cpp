// pthread_mutex_* and pthread_rwlock_*, on shadows: the real ones are never touched.
#include <pthread.h>
#include <time.h>

#include <cerrno>

#include "../deadline.hpp"
#include "../lock_order.hpp"
#include "../mutex.hpp"
#include "../races.hpp"
#include "../real.hpp"
#include "../world.hpp"
#include "site.hpp"

namespace promissory::explorer {

namespace mutex {

void hold(Object& mutex, bool shared) {
  if (shared) {
    ++mutex.readers;
    ++mutex.reads_of[self->id];
  } else {
    mutex.owner = self->id;
    mutex.depth = 1;
  }
  world::mutex_acquire(mutex);
  world::was_fruitful();
  if (RawStep* step = world::detail()) step->read_from = mutex.written_by;
  if (self->held_count < static_cast<int>(std::size(self->held))) {
    self->held[self->held_count++] = mutex.address;
  }
}

void let_go(Object& mutex) {
  for (int i = self->held_count - 1; i >= 0; --i) {
    if (self->held[i] != mutex.address) continue;
    for (int j = i; j + 1 < self->held_count; ++j) self->held[j] = self->held[j + 1];
    --self->held_count;
    break;
  }
  if (mutex.owner == self->id) {
    mutex.owner = -1;
    mutex.depth = 0;
  } else {
    --mutex.readers;
    --mutex.reads_of[self->id];
  }
  mutex.written_by = world::step_number();
  world::mutex_release(mutex);
  world::was_fruitful();
}

}  // namespace mutex

namespace {

PROMISSORY_REAL_DECLARE(pthread_mutex_init);
PROMISSORY_REAL_DECLARE(pthread_mutex_destroy);
PROMISSORY_REAL_DECLARE(pthread_mutex_lock);
PROMISSORY_REAL_DECLARE(pthread_mutex_trylock);
PROMISSORY_REAL_DECLARE(pthread_mutex_timedlock);
PROMISSORY_REAL_DECLARE(pthread_mutex_clocklock);
PROMISSORY_REAL_DECLARE(pthread_mutex_unlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_init);
PROMISSORY_REAL_DECLARE(pthread_rwlock_destroy);
PROMISSORY_REAL_DECLARE(pthread_rwlock_rdlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_tryrdlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_timedrdlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_clockrdlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_wrlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_trywrlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_timedwrlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_clockwrlock);
PROMISSORY_REAL_DECLARE(pthread_rwlock_unlock);

Address address_of(const void* object) {
  return reinterpret_cast<Address>(object);
}

void use(const void* it, Address site) {
  races::access(address_of(it), 1, site, races::How::use);
}

[[noreturn]] void misuse(const char* what) {
  world::note_here("%s", what);
  world::fail(Kind::misuse, "T%d %s.", self->id, what);
}

int lock_mutex(pthread_mutex_t* it, std::int64_t deadline, Address site) {
  const Inside inside;
  Object& mutex = world::object(address_of(it));
  const int type = it->__data.__kind & 3;
  if (mutex.owner == self->id) {
    if (type == PTHREAD_MUTEX_RECURSIVE_NP) {
      ++mutex.depth;
      return 0;
    }
    if (type == PTHREAD_MUTEX_ERRORCHECK_NP) return EDEADLK;
  }
  world::point({.action = Action::lock, .object = address_of(it), .deadline = deadline});
  use(it, site);
  if (mutex.owner >= 0) {
    if (RawStep* step = world::detail()) step->failed = true;
    return ETIMEDOUT;
  }
  lock_order::taken(mutex.address);
  mutex::hold(mutex, false);
  return 0;
}

int try_lock_mutex(pthread_mutex_t* it, Address site) {
  const Inside inside;
  Object& mutex = world::object(address_of(it));
  if (mutex.owner == self->id && (it->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE_NP) {
    ++mutex.depth;
    return 0;
  }
  world::point({.action = Action::try_lock, .object = address_of(it)});
  use(it, site);
  if (mutex.owner >= 0) {
    if (RawStep* step = world::detail()) step->failed = true;
    world::was_fruitless();
    return EBUSY;
  }
  mutex::hold(mutex, false);
  return 0;
}

int unlock_mutex(pthread_mutex_t* it, Address site) {
  const Inside inside;
  Object& mutex = world::object(address_of(it));
  if (mutex.owner != self->id) misuse("unlocks a mutex that it does not hold");
  if (--mutex.depth > 0) return 0;
  mutex.depth = 1;
  world::point({.action = Action::unlock, .object = address_of(it)});
  use(it, site);
  mutex::let_go(mutex);
  return 0;
}

int lock_rwlock(pthread_rwlock_t* it, bool shared, std::int64_t deadline, Address site) {
  const Inside inside;
  Object& lock = world::object(address_of(it));
  world::point({.action = shared ? Action::lock_shared : Action::lock,
                .object = address_of(it),
                .deadline = deadline});
  use(it, site);
  if (lock.owner >= 0 || (!shared && lock.readers > 0)) {
    if (RawStep* step = world::detail()) step->failed = true;
    return ETIMEDOUT;
  }
  if (!shared) lock_order::taken(lock.address);
  mutex::hold(lock, shared);
  return 0;
}

int try_lock_rwlock(pthread_rwlock_t* it, bool shared, Address site) {
  const Inside inside;
  Object& lock = world::object(address_of(it));
  world::point(
      {.action = shared ? Action::try_lock_shared : Action::try_lock, .object = address_of(it)});
  use(it, site);
  if (lock.owner >= 0 || (!shared && lock.readers > 0)) {
    if (RawStep* step = world::detail()) step->failed = true;
    world::was_fruitless();
    return EBUSY;
  }
  mutex::hold(lock, shared);
  return 0;
}

int unlock_rwlock(pthread_rwlock_t* it, Address site) {
  const Inside inside;
  Object& lock = world::object(address_of(it));
  const bool shared = lock.owner != self->id;
  if (shared && lock.reads_of[self->id] == 0)
    misuse("unlocks a shared mutex that it does not hold");
  world::point(
      {.action = shared ? Action::unlock_shared : Action::unlock, .object = address_of(it)});
  use(it, site);
  mutex::let_go(lock);
  return 0;
}

int destroy(const void* it, const char* what, Address site) {
  const Inside inside;
  Object& object = world::object(address_of(it));
  if (object.owner >= 0 || object.readers > 0) misuse(what);
  races::access(object.address, 1, site, races::How::write);
  return 0;
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int pthread_mutex_init(pthread_mutex_t* it, const pthread_mutexattr_t* attributes) noexcept {
  return PROMISSORY_REAL(pthread_mutex_init, it, attributes);
}
int pthread_mutex_destroy(pthread_mutex_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_mutex_destroy, it);
  return destroy(it, "destroys a mutex that is locked", SITE);
}
int pthread_mutex_lock(pthread_mutex_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_mutex_lock, it);
  return lock_mutex(it, no_deadline, SITE);
}
int pthread_mutex_trylock(pthread_mutex_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_mutex_trylock, it);
  return try_lock_mutex(it, SITE);
}
int pthread_mutex_timedlock(pthread_mutex_t* it, const timespec* until) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_mutex_timedlock, it, until);
  return lock_mutex(it, deadline::absolute(CLOCK_REALTIME, *until), SITE);
}
int pthread_mutex_clocklock(pthread_mutex_t* it, clockid_t clock, const timespec* until) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_mutex_clocklock, it, clock, until);
  return lock_mutex(it, deadline::absolute(clock, *until), SITE);
}
int pthread_mutex_unlock(pthread_mutex_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_mutex_unlock, it);
  return unlock_mutex(it, SITE);
}

int pthread_rwlock_init(pthread_rwlock_t* it, const pthread_rwlockattr_t* attributes) noexcept {
  return PROMISSORY_REAL(pthread_rwlock_init, it, attributes);
}
int pthread_rwlock_destroy(pthread_rwlock_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_destroy, it);
  return destroy(it, "destroys a shared mutex that is locked", SITE);
}
int pthread_rwlock_rdlock(pthread_rwlock_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_rdlock, it);
  return lock_rwlock(it, true, no_deadline, SITE);
}
int pthread_rwlock_tryrdlock(pthread_rwlock_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_tryrdlock, it);
  return try_lock_rwlock(it, true, SITE);
}
int pthread_rwlock_timedrdlock(pthread_rwlock_t* it, const timespec* until) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_timedrdlock, it, until);
  return lock_rwlock(it, true, deadline::absolute(CLOCK_REALTIME, *until), SITE);
}
int pthread_rwlock_clockrdlock(pthread_rwlock_t* it, clockid_t clock,
                               const timespec* until) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_clockrdlock, it, clock, until);
  return lock_rwlock(it, true, deadline::absolute(clock, *until), SITE);
}
int pthread_rwlock_wrlock(pthread_rwlock_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_wrlock, it);
  return lock_rwlock(it, false, no_deadline, SITE);
}
int pthread_rwlock_trywrlock(pthread_rwlock_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_trywrlock, it);
  return try_lock_rwlock(it, false, SITE);
}
int pthread_rwlock_timedwrlock(pthread_rwlock_t* it, const timespec* until) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_timedwrlock, it, until);
  return lock_rwlock(it, false, deadline::absolute(CLOCK_REALTIME, *until), SITE);
}
int pthread_rwlock_clockwrlock(pthread_rwlock_t* it, clockid_t clock,
                               const timespec* until) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_clockwrlock, it, clock, until);
  return lock_rwlock(it, false, deadline::absolute(clock, *until), SITE);
}
int pthread_rwlock_unlock(pthread_rwlock_t* it) noexcept {
  if (!controlled()) return PROMISSORY_REAL(pthread_rwlock_unlock, it);
  return unlock_rwlock(it, SITE);
}

}  // extern "C"
