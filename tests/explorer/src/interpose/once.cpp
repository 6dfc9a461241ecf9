// pthread_once, which std::call_once is made of, and the guards of static locals.
#include <pthread.h>

#include "../real.hpp"
#include "../world.hpp"

namespace promissory::explorer {
namespace {

/// What glibc writes into a pthread_once_t that is done.
constexpr int glibc_done = 2;

PROMISSORY_REAL_DECLARE(pthread_once);
int (*real_guard_acquire)(char*) = nullptr;
void (*real_guard_release)(char*) = nullptr;
void (*real_guard_abort)(char*) = nullptr;

/// True: the caller has to do it.
bool enter(Object& it, bool was_done_before) {
  if (was_done_before) it.once = Object::Once::done;
  // What is done stays done: whoever comes now finds the same as whoever comes later.
  if (it.once == Object::Once::done) {
    world::acquire(it);
    return false;
  }
  world::point({.action = Action::once, .object = it.address});
  world::was_fruitful();
  if (RawStep* step = world::detail()) step->read_from = it.written_by;
  if (it.once == Object::Once::done) {
    world::acquire(it);
    return false;
  }
  world::acquire(it);
  it.once = Object::Once::running;
  it.owner = self->id;
  return true;
}

void leave(Object& it, bool is_done) {
  world::point({.action = Action::once_done, .object = it.address});
  it.once = is_done ? Object::Once::done : Object::Once::fresh;
  it.owner = -1;
  it.written_by = world::step_number();
  world::release(it);
  world::was_fruitful();
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int pthread_once(pthread_once_t* control, void (*routine)()) {
  if (!controlled()) return PROMISSORY_REAL(pthread_once, control, routine);
  const Inside inside;
  Object& it = world::object(reinterpret_cast<Address>(control));
  if (!enter(it, *control == glibc_done)) return 0;
  try {
    const Outside outside;
    routine();
  } catch (...) {
    leave(it, false);
    throw;
  }
  leave(it, true);
  // Not before: whoever finds it done has to find what was done, too.
  *control = glibc_done;
  return 0;
}

int __cxa_guard_acquire(char* guard) {
  if (!controlled()) return real("__cxa_guard_acquire", real_guard_acquire)(guard);
  if (*guard != 0) return 0;
  const Inside inside;
  return enter(world::object(reinterpret_cast<Address>(guard)), *guard != 0) ? 1 : 0;
}

void __cxa_guard_release(char* guard) {
  if (!controlled()) return real("__cxa_guard_release", real_guard_release)(guard);
  const Inside inside;
  leave(world::object(reinterpret_cast<Address>(guard)), true);
  *guard = 1;
}

void __cxa_guard_abort(char* guard) {
  if (!controlled()) return real("__cxa_guard_abort", real_guard_abort)(guard);
  const Inside inside;
  leave(world::object(reinterpret_cast<Address>(guard)), false);
}

}  // extern "C"
