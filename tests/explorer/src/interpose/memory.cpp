// malloc, free, operator new, operator delete.
#include <malloc.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include "../heap.hpp"
#include "../races.hpp"
#include "../real.hpp"
#include "../world.hpp"
#include "site.hpp"

using namespace promissory::explorer;

extern "C" {

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

}  // extern "C"

namespace {

PROMISSORY_REAL_DECLARE(malloc_usable_size);

bool is_explored(const void* memory) {
  return regions::in_heap(reinterpret_cast<Address>(memory));
}

void* take(std::size_t size, std::size_t alignment, Address site) {
  if (!controlled()) {
    return alignment <= 16 ? __libc_malloc(size) : __libc_memalign(alignment, size);
  }
  const Inside inside;
  void* const memory = heap::allocate(size, alignment < 16 ? 16 : alignment, site);
  if (memory == nullptr) errno = ENOMEM;
  return memory;
}

void give_back(void* memory, Address site) {
  if (memory == nullptr) return;
  if (!is_explored(memory)) {
    __libc_free(memory);
    return;
  }
  // What the library itself frees while the runtime is at work was not the program's.
  if (!controlled()) return;
  const Inside inside;
  heap::free(memory, site);
}

void* take_or_throw(std::size_t size, std::size_t alignment, Address site) {
  void* const memory = take(size, alignment, site);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  return take(size, 16, SITE);
}
void free(void* memory) {
  give_back(memory, SITE);
}
void* calloc(std::size_t count, std::size_t size) {
  if (!controlled()) return __libc_calloc(count, size);
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const memory = take(bytes, 16, SITE);
  if (memory != nullptr) {
    const Inside inside;
    std::memset(memory, 0, bytes);
  }
  return memory;
}
void* realloc(void* memory, std::size_t size) {
  if (memory != nullptr && !is_explored(memory)) return __libc_realloc(memory, size);
  if (memory == nullptr) return take(size, 16, SITE);
  void* const moved = take(size, 16, SITE);
  if (moved == nullptr) return nullptr;
  const std::size_t before = heap::size_of(memory);
  const Inside inside;
  std::memcpy(moved, memory, before < size ? before : size);
  heap::free(memory, SITE);
  return moved;
}
void* memalign(std::size_t alignment, std::size_t size) {
  return take(size, alignment, SITE);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return take(size, alignment, SITE);
}
int posix_memalign(void** into, std::size_t alignment, std::size_t size) {
  void* const memory = take(size, alignment, SITE);
  if (memory == nullptr) return ENOMEM;
  *into = memory;
  return 0;
}
std::size_t malloc_usable_size(void* memory) {
  return is_explored(memory) ? heap::size_of(memory) : PROMISSORY_REAL(malloc_usable_size, memory);
}

}  // extern "C"

void* operator new(std::size_t size) {
  return take_or_throw(size, 16, SITE);
}
void* operator new[](std::size_t size) {
  return take_or_throw(size, 16, SITE);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take_or_throw(size, static_cast<std::size_t>(alignment), SITE);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return take_or_throw(size, static_cast<std::size_t>(alignment), SITE);
}
void operator delete(void* memory) noexcept {
  give_back(memory, SITE);
}
void operator delete[](void* memory) noexcept {
  give_back(memory, SITE);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory, SITE);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory, SITE);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give_back(memory, SITE);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  give_back(memory, SITE);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory, SITE);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory, SITE);
}
