#include "support/tsan_exception_shim.hpp"

#include "support/uninstrumented.hpp"

#ifdef PROMISSORY_TSAN

#include <cxxabi.h>
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

// An exception that several threads hold is counted, and the last of them destroys it. The count
// lives in libstdc++.so, which TSan does not see, so it calls that destruction a race with the
// what() of an earlier holder. The two functions below stand before the library's own.

namespace {

using Release = void (*)(std::exception_ptr*);
using EndCatch = void (*)();

// No static local: its guard would order the threads, and hide their races.
template <class Function>
PROMISSORY_UNINSTRUMENTED Function library_function(const char* name, Function& cache) {
  Function found = __atomic_load_n(&cache, __ATOMIC_RELAXED);
  if (found == nullptr) {
    found = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
    __atomic_store_n(&cache, found, __ATOMIC_RELAXED);
  }
  return found;
}

Release library_release = nullptr;
EndCatch library_end_catch = nullptr;

// The exception follows its header, and the count is the header's first member (unwind-cxx.h).
PROMISSORY_UNINSTRUMENTED int* holders_of(void* exception) {
  constexpr long size_of_header = 128;
  return reinterpret_cast<int*>(static_cast<char*>(exception) - size_of_header);
}

// Lets go of the exception unless this is the last holder.
PROMISSORY_UNINSTRUMENTED bool released_as_one_of_many(void* exception) {
  int* holders = holders_of(exception);
  __tsan_release(exception);
  int count = __atomic_load_n(holders, __ATOMIC_ACQUIRE);
  while (count > 1) {
    if (__atomic_compare_exchange_n(holders, &count, count - 1, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
      return true;
    }
  }
  __tsan_acquire(exception);
  return false;
}

}  // namespace

PROMISSORY_UNINSTRUMENTED void std::__exception_ptr::exception_ptr::_M_release() noexcept {
  if (_M_exception_object == nullptr) return;
  if (released_as_one_of_many(_M_exception_object)) {
    _M_exception_object = nullptr;
    return;
  }
  library_function("_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv", library_release)(this);
}

extern "C" PROMISSORY_UNINSTRUMENTED void __cxa_end_catch() {
  // Held on to, so that the handler's own share is never the last, and what destroys the exception
  // is always the function above.
  const std::exception_ptr held = std::current_exception();
  if (held) __tsan_release(*reinterpret_cast<void* const*>(&held));
  library_function("__cxa_end_catch", library_end_catch)();
}

namespace promissory::support {

void use_tsan_exception_shim() {
  const std::exception_ptr first = std::make_exception_ptr(0);
  const int* holders = holders_of(*reinterpret_cast<void* const*>(&first));
  const bool is_alone = *holders == 1;
  const std::exception_ptr second = first;
  if (is_alone && *holders == 2) return;
  std::fputs("The TSan shim for exceptions does not fit this C++ library.\n", stderr);
  std::abort();
}

}  // namespace promissory::support

#endif
