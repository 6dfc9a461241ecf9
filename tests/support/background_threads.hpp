// Threads that belong to nobody's test.
#pragma once

#include "support/threads.hpp"

namespace promissory::support {

/// @return true for the helper of a sanitizer and for threads that were declared below
bool is_background_thread(const Thread& thread);

/// Declares the calling thread. To be called before the first test.
void become_background_thread();

}  // namespace promissory::support
