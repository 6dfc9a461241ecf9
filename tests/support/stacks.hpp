// Where does each thread stand?
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace promissory::support {

/// The calls of one thread as addresses inside the calling instructions, the innermost first.
/// Empty when the thread has ended or did not answer.
using Stack = std::vector<std::uintptr_t>;

/// Asks every thread for its stack at once, by a signal. Waits two seconds at most.
/// Interrupted waits go on, as far as the kernel restarts them: meant for threads that hang or that
/// have outlived their test.
/// @return one stack per thread, in the same order
std::vector<Stack> stacks_of(const std::vector<pid_t>& threads);

/// @return the stack of the calling thread
Stack stack_of_this_thread();

}  // namespace promissory::support
