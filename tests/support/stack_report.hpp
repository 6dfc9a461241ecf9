// What a learner is shown of the threads of his program.
#pragma once

#include <string>
#include <vector>

#include "support/stacks.hpp"
#include "support/symbols.hpp"
#include "support/threads.hpp"

namespace promissory::support {

/// Threads with the same stack are told once. The frames of the C++ library, of the test framework
/// and of this library are left out around the learner's own; of those that lie inside his
/// innermost call only the one which he called is kept.
/// @return text of several lines, ending in a line break
std::string describe_threads(const std::vector<Thread>& threads);

/// @return the calling thread's stack in the same form
std::string describe_this_thread();

/// The frames that are worth showing, as described above; all of them when none is the learner's.
std::vector<Frame> frames_worth_showing(const std::vector<Frame>& frames);

}  // namespace promissory::support
