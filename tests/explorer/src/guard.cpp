#include "guard.hpp"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <new>

#include "real.hpp"

extern "C" {
void __tsan_read8(void*);
int __tsan_atomic32_load(const volatile int*, int);
void* __tsan_memcpy(void*, const void*, unsigned long);
int __cxa_atexit(void (*)(void*), void*, void*) noexcept;
int __cxa_thread_atexit(void (*)(void*), void*, void*);
void __cxa_end_catch();
}

namespace promissory::explorer::guard {
namespace {

template <class Function>
const void* address_of(Function* function) {
  return reinterpret_cast<const void*>(function);
}

struct Interposed {
  const char* name;
  const void* function;
};

[[noreturn]] void refuse(const char* what, const char* which) {
  std::fprintf(stderr,
               "explorer: %s%s.\n  Compile with -fsanitize=thread, but link without it: the "
               "explorer stands in for "
               "libtsan.\n",
               what, which);
  system_call(SYS_exit_group, 70);
  __builtin_unreachable();
}

int find_libtsan(dl_phdr_info* info, std::size_t, void* found) {
  if (std::strstr(info->dlpi_name, "libtsan") == nullptr) return 0;
  *static_cast<const char**>(found) = info->dlpi_name;
  return 1;
}

}  // namespace

void check_link() {
  const char* libtsan = nullptr;
  dl_iterate_phdr(find_libtsan, &libtsan);
  if (libtsan != nullptr) refuse("ThreadSanitizer's own library is in this program: ", libtsan);
  // clang links its runtime statically.
  if (dlsym(RTLD_DEFAULT, "__tsan_get_report_data") != nullptr) {
    refuse("ThreadSanitizer's own library is in this program", "");
  }
  // One of every file in interpose/, which also makes the linker take all of them from the library.
  const Interposed interposed[] = {
      {"pthread_create", address_of(pthread_create)},
      {"pthread_mutex_lock", address_of(pthread_mutex_lock)},
      {"pthread_cond_wait", address_of(pthread_cond_wait)},
      {"sem_wait", address_of(sem_wait)},
      {"pthread_once", address_of(pthread_once)},
      {"syscall", address_of(syscall)},
      {"nanosleep", address_of(nanosleep)},
      {"malloc", address_of(malloc)},
      {"exit", address_of(exit)},
      {"__cxa_end_catch", address_of(__cxa_end_catch)},
      {"__tsan_read8", address_of(__tsan_read8)},
      {"__tsan_atomic32_load", address_of(__tsan_atomic32_load)},
  };
  Dl_info here{};
  dladdr(reinterpret_cast<const void*>(&check_link), &here);
  for (const Interposed& it : interposed) {
    Dl_info where{};
    if (dladdr(it.function, &where) == 0 || where.dli_fbase != here.dli_fbase) {
      refuse("another library has taken the place of its ", it.name);
    }
  }
}

}  // namespace promissory::explorer::guard
