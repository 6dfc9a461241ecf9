// What -fsanitize=thread makes of std::atomic. Values are sequentially consistent; the memory
// orders decide what is ordered, and with it what is a race.
#include <cstdint>

#include "../races.hpp"
#include "../world.hpp"
#include "site.hpp"

using namespace promissory::explorer;

namespace {

/// The numbers of std::memory_order in the compilers' ABI.
enum Order : int { relaxed = 0, consume, acquire, release, acq_rel, seq_cst };

bool acquires(int order) {
  return order != relaxed && order != release;
}
bool releases(int order) {
  return order == release || order == acq_rel || order == seq_cst;
}

void learn(Object& atomic, int order) {
  if (acquires(order)) {
    world::acquire(atomic);
  } else {
    // An acquire fence later on makes up for it.
    self->acquire_fence.join(atomic.clock, world::threads());
  }
}

void publish(Object& atomic, int order) {
  if (releases(order)) {
    world::release_replacing(atomic);
  } else {
    // Only what a release fence before it let go: a relaxed store by itself publishes nothing.
    atomic.clock = self->release_fence;
    atomic.order = {};
  }
}

void publish_more(Object& atomic, int order) {
  if (releases(order)) {
    world::release(atomic);
  } else {
    atomic.clock.join(self->release_fence, world::threads());
  }
}

template <class Value>
void describe(Value before, Value after, int order, int read_from, bool failed = false) {
  if (RawStep* step = world::detail()) {
    step->has_value = true;
    step->size = sizeof(Value);
    step->before = static_cast<std::uint64_t>(before);
    step->after = static_cast<std::uint64_t>(after);
    step->read_from = read_from;
    step->failed = failed;
  }
}

template <class Value>
Value load(const volatile Value* it, int order, Address site) {
  if (!controlled()) return *it;
  const Inside inside;
  const auto address = reinterpret_cast<Address>(it);
  world::point({.action = Action::load, .object = address, .only_reads = true});
  races::access(address, sizeof(Value), site, races::How::atomic_read);
  Object& atomic = world::object(address);
  learn(atomic, order);
  const Value value = *it;
  describe(value, value, order, atomic.written_by);
  world::was_fruitless();
  return value;
}

template <class Value>
void store(volatile Value* it, Value value, int order, Address site) {
  if (!controlled()) {
    *it = value;
    return;
  }
  const Inside inside;
  const auto address = reinterpret_cast<Address>(it);
  world::point({.action = Action::store, .object = address});
  races::access(address, sizeof(Value), site, races::How::atomic_write);
  Object& atomic = world::object(address);
  publish(atomic, order);
  const Value before = *it;
  *it = value;
  describe(before, value, order, -1);
  atomic.written_by = world::step_number();
  world::was_fruitful();
}

template <class Value, class Change>
Value modify(volatile Value* it, int order, Address site, Action action, Change change) {
  if (!controlled()) {
    const Value before = *it;
    *it = change(before);
    return before;
  }
  const Inside inside;
  const auto address = reinterpret_cast<Address>(it);
  world::point({.action = action, .object = address});
  races::access(address, sizeof(Value), site, races::How::atomic_write);
  Object& atomic = world::object(address);
  learn(atomic, order);
  publish_more(atomic, order);
  const Value before = *it;
  const Value after = change(before);
  *it = after;
  describe(before, after, order, atomic.written_by);
  atomic.written_by = world::step_number();
  if (before == after) {
    world::was_fruitless();
  } else {
    world::was_fruitful();
  }
  return before;
}

template <class Value>
bool compare_exchange(volatile Value* it, Value* expected, Value desired, int success, int failure,
                      Address site, bool is_weak) {
  if (!controlled()) {
    const Value before = *it;
    if (before != *expected) {
      *expected = before;
      return false;
    }
    *it = desired;
    return true;
  }
  const Inside inside;
  const auto address = reinterpret_cast<Address>(it);
  world::point({.action = Action::compare_exchange, .object = address});
  Object& atomic = world::object(address);
  const Value before = *it;
  const bool fails = before != *expected || (is_weak && world::happens(24));
  if (fails) {
    races::access(address, sizeof(Value), site, races::How::atomic_read);
    learn(atomic, failure);
    describe(before, before, failure, atomic.written_by, true);
    *expected = before;
    world::was_fruitless();
    return false;
  }
  races::access(address, sizeof(Value), site, races::How::atomic_write);
  learn(atomic, success);
  publish_more(atomic, success);
  *it = desired;
  describe(before, desired, success, atomic.written_by);
  atomic.written_by = world::step_number();
  world::was_fruitful();
  return true;
}

}  // namespace

#define PROMISSORY_FETCH(bits, name, expression)                                               \
  a##bits __tsan_atomic##bits##_fetch_##name(volatile a##bits* it, a##bits value, int order) { \
    return modify(it, order, SITE, Action::fetch,                                              \
                  [value](a##bits before) { return static_cast<a##bits>(expression); });       \
  }

#define PROMISSORY_ATOMIC(bits, type)                                                             \
  using a##bits = type;                                                                           \
  a##bits __tsan_atomic##bits##_load(const volatile a##bits* it, int order) {                     \
    return load(it, order, SITE);                                                                 \
  }                                                                                               \
  void __tsan_atomic##bits##_store(volatile a##bits* it, a##bits value, int order) {              \
    store(it, value, order, SITE);                                                                \
  }                                                                                               \
  a##bits __tsan_atomic##bits##_exchange(volatile a##bits* it, a##bits value, int order) {        \
    return modify(it, order, SITE, Action::exchange, [value](a##bits) { return value; });         \
  }                                                                                               \
  PROMISSORY_FETCH(bits, add, before + value)                                                     \
  PROMISSORY_FETCH(bits, sub, before - value)                                                     \
  PROMISSORY_FETCH(bits, and, before& value)                                                      \
  PROMISSORY_FETCH(bits, or, before | value)                                                      \
  PROMISSORY_FETCH(bits, xor, before ^ value)                                                     \
  PROMISSORY_FETCH(bits, nand, ~(before & value))                                                 \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile a##bits* it, a##bits* expected,      \
                                                    a##bits desired, int success, int failure) {  \
    return compare_exchange(it, expected, desired, success, failure, SITE, false) ? 1 : 0;        \
  }                                                                                               \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile a##bits* it, a##bits* expected,        \
                                                  a##bits desired, int success, int failure) {    \
    return compare_exchange(it, expected, desired, success, failure, SITE, true) ? 1 : 0;         \
  }                                                                                               \
  a##bits __tsan_atomic##bits##_compare_exchange_val(volatile a##bits* it, a##bits expected,      \
                                                     a##bits desired, int success, int failure) { \
    compare_exchange(it, &expected, desired, success, failure, SITE, false);                      \
    return expected;                                                                              \
  }

extern "C" {

PROMISSORY_ATOMIC(8, std::uint8_t)
PROMISSORY_ATOMIC(16, std::uint16_t)
PROMISSORY_ATOMIC(32, std::uint32_t)
PROMISSORY_ATOMIC(64, std::uint64_t)
PROMISSORY_ATOMIC(128, unsigned __int128)

void __tsan_atomic_thread_fence(int order) {
  if (!controlled()) return;
  const Inside inside;
  Thread& thread = *self;
  if (acquires(order)) thread.clock.join(thread.acquire_fence, world::threads());
  if (releases(order)) {
    thread.release_fence = thread.clock;
    ++thread.clock.at[thread.id];
  }
}
void __tsan_atomic_signal_fence(int) {}

}  // extern "C"
