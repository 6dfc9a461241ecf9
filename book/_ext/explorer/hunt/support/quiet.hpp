// Compiler Explorer's stand-in for tests/support/quiet.hpp, on top of the other stand-ins.
#pragma once

#include <map>
#include <string>

#include "support/stack_report.hpp"
#include "support/threads.hpp"

namespace promissory::support {

inline std::string stacks_of_the_others() {
  return describe_threads(other_threads());
}

inline void wait_until_quiet() {
  std::map<int, Schedule> earlier;
  for (auto now = other_threads();; now = other_threads()) {
    if (now.empty()) return nap(100);  // nobody is left, or nobody can be seen
    if (are_at_rest(now, earlier)) return;
    earlier = now;
    nap(5);
  }
}

}  // namespace promissory::support
