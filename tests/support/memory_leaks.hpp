// Asks the leak sanitizer, where there is one.
#pragma once

#include <string>

namespace promissory::support {

/// Wipes what earlier calls have left on the stack of this thread. The sanitizer takes a stale
/// pointer for a real one and then misses a leak. Call it early, and look for leaks from a call
/// that begins afterwards.
void clear_stack_below();

/// @return what the sanitizer says about leaks, when it finds more than at the last call; else ""
std::string new_memory_leaks();

}  // namespace promissory::support
