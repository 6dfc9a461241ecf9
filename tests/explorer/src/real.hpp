// The functions that this library stands before, as the C library has them.
#pragma once

#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace promissory::explorer {

/// The C library's function of that name. No static local in the callers: its guard is interposed
/// too.
template <class Function>
Function* real(const char* name, Function*& cache) {
  if (cache == nullptr) {
    cache = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
    if (cache == nullptr) {
      std::fprintf(stderr, "explorer: the C library has no %s\n", name);
      std::abort();
    }
  }
  return cache;
}

/// A system call without errno: negative on error.
inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) {
  long result = 0;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

}  // namespace promissory::explorer

// Declares a cached pointer to the real function and calls it.
#define PROMISSORY_REAL(name, ...) \
  ([&] { return ::promissory::explorer::real(#name, real_##name)(__VA_ARGS__); }())
#define PROMISSORY_REAL_DECLARE(name) static decltype(::name)* real_##name = nullptr
