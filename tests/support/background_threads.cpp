#include "support/background_threads.hpp"

#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "support/uninstrumented.hpp"

namespace promissory::support {
namespace {

std::vector<Thread>& background_threads() {
  static auto& all = *new std::vector<Thread>;
  return all;
}

// Runs before the constructors of the tests and of the code under test: whatever else runs now is
// a sanitizer's. TSan starts its helper with the first thread of the program.
__attribute__((constructor(101))) void note_threads_of_sanitizers() {
#ifdef PROMISSORY_TSAN
  std::thread([] {}).join();
#endif
  for (const Thread& thread : threads_of_this_process().value_or(std::vector<Thread>{})) {
    if (thread.tid != getpid()) background_threads().push_back(thread);
  }
}

}  // namespace

bool is_background_thread(const Thread& thread) {
  const auto& all = background_threads();
  return std::any_of(all.begin(), all.end(),
                     [&](const Thread& other) { return other.is_same_as(thread); });
}

void become_background_thread() {
  for (const Thread& thread : threads_of_this_process().value_or(std::vector<Thread>{})) {
    if (thread.tid == this_thread_number()) background_threads().push_back(thread);
  }
}

}  // namespace promissory::support
