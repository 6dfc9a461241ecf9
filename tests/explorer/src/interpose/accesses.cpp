// What -fsanitize=thread calls before every plain read and write, and instead of memcpy.
#include "../races.hpp"
#include "../world.hpp"
#include "site.hpp"

using namespace promissory::explorer;

namespace {

inline void access(const void* memory, unsigned long size, Address site, races::How how) {
  if (!controlled()) return;
  const Inside inside;
  races::access(reinterpret_cast<Address>(memory), size, site, how);
}

}  // namespace

#define PROMISSORY_ACCESS(size)                 \
  void __tsan_read##size(void* it) {            \
    access(it, size, SITE, races::How::read);   \
  }                                             \
  void __tsan_write##size(void* it) {           \
    access(it, size, SITE, races::How::write);  \
  }                                             \
  void __tsan_unaligned_read##size(void* it) {  \
    access(it, size, SITE, races::How::read);   \
  }                                             \
  void __tsan_unaligned_write##size(void* it) { \
    access(it, size, SITE, races::How::write);  \
  }                                             \
  void __tsan_volatile_read##size(void* it) {   \
    access(it, size, SITE, races::How::read);   \
  }                                             \
  void __tsan_volatile_write##size(void* it) {  \
    access(it, size, SITE, races::How::write);  \
  }                                             \
  void __tsan_read_write##size(void* it) {      \
    access(it, size, SITE, races::How::write);  \
  }

extern "C" {

PROMISSORY_ACCESS(1)
PROMISSORY_ACCESS(2)
PROMISSORY_ACCESS(4)
PROMISSORY_ACCESS(8)
PROMISSORY_ACCESS(16)

void __tsan_read_range(void* it, unsigned long size) {
  access(it, size, SITE, races::How::read);
}
void __tsan_write_range(void* it, unsigned long size) {
  access(it, size, SITE, races::How::write);
}
void __tsan_vptr_read(void** it) {
  access(it, sizeof *it, SITE, races::How::read);
}
void __tsan_vptr_update(void** it, void* value) {
  // A destructor writes what is there already.
  if (*it != value) access(it, sizeof *it, SITE, races::How::write);
}

// clang calls these for what it does not expand; g++ calls the plain ones.
void* __tsan_memcpy(void* to, const void* from, std::size_t size) {
  access(from, size, SITE, races::How::read);
  access(to, size, SITE, races::How::write);
  return __builtin_memcpy(to, from, size);
}
void* __tsan_memmove(void* to, const void* from, std::size_t size) {
  access(from, size, SITE, races::How::read);
  access(to, size, SITE, races::How::write);
  return __builtin_memmove(to, from, size);
}
void* __tsan_memset(void* to, int value, std::size_t size) {
  access(to, size, SITE, races::How::write);
  return __builtin_memset(to, value, size);
}

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_ignore_thread_begin() {}
void __tsan_ignore_thread_end() {}

void __tsan_acquire(void* it) {
  if (!controlled()) return;
  const Inside inside;
  world::acquire(world::object(reinterpret_cast<Address>(it)));
}
void __tsan_release(void* it) {
  if (!controlled()) return;
  const Inside inside;
  world::release(world::object(reinterpret_cast<Address>(it)));
}

}  // extern "C"
