// pthread_create and what ends a thread: join, detach, thread-local destructors.
#include <pthread.h>

#include <cerrno>

#include "../real.hpp"
#include "../world.hpp"

namespace promissory::explorer {
namespace {

/// Who comes first gets the next number.
constexpr Address thread_table = 2;
constexpr int key_limit = 256;

struct Key {
  pthread_key_t key = 0;
  void (*destructor)(void*) = nullptr;
};
Key keys[key_limit];
int key_count = 0;

PROMISSORY_REAL_DECLARE(pthread_create);
PROMISSORY_REAL_DECLARE(pthread_join);
PROMISSORY_REAL_DECLARE(pthread_detach);
PROMISSORY_REAL_DECLARE(pthread_key_create);
PROMISSORY_REAL_DECLARE(pthread_key_delete);
int (*real_thread_atexit)(void (*)(void*), void*, void*) = nullptr;

bool run_key_destructors() {
  bool has_run = false;
  for (int i = 0; i < key_count; ++i) {
    void* const value = pthread_getspecific(keys[i].key);
    if (value == nullptr || keys[i].destructor == nullptr) continue;
    pthread_setspecific(keys[i].key, nullptr);
    keys[i].destructor(value);
    has_run = true;
  }
  return has_run;
}

void* run_thread(void* argument) {
  auto& thread = *static_cast<Thread*>(argument);
  world::begin_thread(thread);
  thread.result = thread.routine(thread.argument);
  world::run_thread_destructors();
  world::end_thread();
}

}  // namespace

namespace world {

int real_thread(pthread_t* handle, const pthread_attr_t* attributes, void* (*routine)(void*),
                void* argument) {
  return PROMISSORY_REAL(pthread_create, handle, attributes, routine, argument);
}

void run_thread_destructors() {
  Thread& thread = *self;
  // A destructor may create what has a destructor.
  do {
    while (thread.destructor_count > 0) {
      const Destructor last = thread.destructors[--thread.destructor_count];
      last.run(last.object);
    }
  } while (run_key_destructors() || thread.destructor_count > 0);
}

}  // namespace world
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int pthread_create(pthread_t* handle, const pthread_attr_t* attributes, void* (*routine)(void*),
                   void* argument) {
  if (!controlled()) return world::real_thread(handle, attributes, routine, argument);
  const Inside inside;
  world::point({.action = Action::create, .object = thread_table});
  world::was_fruitful();
  Thread& thread = world::add_thread();
  thread.routine = routine;
  thread.argument = argument;
  thread.clock.join(self->clock, world::threads());
  thread.order.join(self->order, world::threads());
  ++self->clock.at[self->id];
  ++self->order.at[self->id];
  thread.woken_by = world::step_number();
  if (RawStep* step = world::detail()) step->target = static_cast<std::int8_t>(thread.id);
  pthread_attr_t own;
  pthread_attr_init(&own);
  pthread_attr_setstack(&own, world::stack_of(thread.id), world::stack_size);
  int wanted = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &wanted);
  thread.detached = wanted == PTHREAD_CREATE_DETACHED;
  const int error = world::real_thread(&thread.handle, &own, run_thread, &thread);
  pthread_attr_destroy(&own);
  if (error != 0) world::fail(Kind::too_many_threads, "The system starts no more threads.");
  *handle = thread.handle;
  return 0;
}

int pthread_join(pthread_t handle, void** result) {
  if (!controlled()) return PROMISSORY_REAL(pthread_join, handle, result);
  const Inside inside;
  Thread* const thread = world::find_thread(handle);
  if (thread == nullptr) return ESRCH;
  if (thread == self) return EDEADLK;
  if (thread->joined || thread->detached) return EINVAL;
  world::point({.action = Action::join, .object = reinterpret_cast<Address>(thread)});
  world::was_fruitful();
  thread->joined = true;
  self->clock.join(thread->clock, world::threads());
  self->order.join(thread->order, world::threads());
  if (RawStep* step = world::detail()) {
    step->target = static_cast<std::int8_t>(thread->id);
    step->read_from = thread->woken_by;
  }
  if (result != nullptr) *result = thread->result;
  return 0;
}

int pthread_detach(pthread_t handle) {
  if (!controlled()) return PROMISSORY_REAL(pthread_detach, handle);
  Thread* const thread = world::find_thread(handle);
  if (thread == nullptr) return ESRCH;
  thread->detached = true;
  return 0;
}

void pthread_exit(void*) {
  if (self != nullptr) self->inside = true;
  world::fail(Kind::misuse,
              "pthread_exit was called; the explorer follows only threads that return.");
}

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
  const int error = PROMISSORY_REAL(pthread_key_create, key, destructor);
  if (error == 0 && key_count < key_limit) keys[key_count++] = {*key, destructor};
  return error;
}

int pthread_key_delete(pthread_key_t key) {
  for (int i = 0; i < key_count; ++i) {
    if (keys[i].key == key) keys[i] = keys[--key_count];
  }
  return PROMISSORY_REAL(pthread_key_delete, key);
}

int __cxa_thread_atexit(void (*destructor)(void*), void* object, void* library) {
  if (!controlled()) {
    return real("__cxa_thread_atexit", real_thread_atexit)(destructor, object, library);
  }
  if (self->destructor_count == static_cast<int>(std::size(self->destructors))) return -1;
  self->destructors[self->destructor_count++] = {destructor, object};
  return 0;
}

}  // extern "C"
