#include "support/sanitizer_defaults.hpp"

#include "support/uninstrumented.hpp"

// The sanitizers call these before they are ready to check anything, and have named them.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" PROMISSORY_UNINSTRUMENTED const char* __tsan_default_options() {
  return "atexit_sleep_ms=50:second_deadlock_stack=1";
}

extern "C" PROMISSORY_UNINSTRUMENTED const char* __asan_default_options() {
  return "detect_stack_use_after_return=1";
}

extern "C" PROMISSORY_UNINSTRUMENTED const char* __ubsan_default_options() {
  return "print_stacktrace=1";
}

extern "C" PROMISSORY_UNINSTRUMENTED const char* __lsan_default_options() {
  return "print_suppressions=0";
}

// libpqxx 6.4 asks a connection for its encoding before it owns the result of a statement, and that
// throws when the connection has just broken.
extern "C" PROMISSORY_UNINSTRUMENTED const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6.4.so";
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace promissory::support {

void use_sanitizer_defaults() {}

}  // namespace promissory::support
