#include "support/sanitizer_defaults.hpp"

#include "support/uninstrumented.hpp"

// The sanitizers call these before they are ready to check anything.
extern "C" PROMISSORY_UNINSTRUMENTED const char* __tsan_default_options() {
  return "atexit_sleep_ms=50:second_deadlock_stack=1";
}

extern "C" PROMISSORY_UNINSTRUMENTED const char* __asan_default_options() {
  return "detect_stack_use_after_return=1";
}

extern "C" PROMISSORY_UNINSTRUMENTED const char* __ubsan_default_options() {
  return "print_stacktrace=1";
}

namespace promissory::support {

void use_sanitizer_defaults() {}

}  // namespace promissory::support
