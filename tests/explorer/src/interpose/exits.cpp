// Ways to leave the process, and what was to be done on the way out.
#include <unistd.h>

#include <cstdlib>

#include "../real.hpp"
#include "../world.hpp"

namespace promissory::explorer {
namespace {

int (*real_atexit)(void (*)(void*), void*, void*) = nullptr;
void (*real_exit)(int) = nullptr;
void (*real_quick_exit)(int) = nullptr;

[[noreturn]] void exited(const char* how, int code) {
  self->inside = true;
  world::note_here("calls %s(%d)", how, code);
  world::fail(Kind::exited, "T%d ends the whole process with %s(%d).", self->id, how, code);
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

extern "C" {

int __cxa_atexit(void (*handler)(void*), void* object, void* library) noexcept {
  if (!controlled()) return real("__cxa_atexit", real_atexit)(handler, object, library);
  const Inside inside;
  world::at_exit(handler, object);
  return 0;
}
void exit(int code) noexcept {
  if (controlled()) exited("exit", code);
  real("exit", real_exit)(code);
  __builtin_unreachable();
}
void quick_exit(int code) noexcept {
  if (controlled()) exited("quick_exit", code);
  real("quick_exit", real_quick_exit)(code);
  __builtin_unreachable();
}
void _exit(int code) {
  if (controlled()) exited("_exit", code);
  for (;;) system_call(SYS_exit_group, code);
}

}  // extern "C"
