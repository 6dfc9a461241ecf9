// How long may what belongs to a test outlive it?
#pragma once

#include <chrono>

#include "support/environment.hpp"

namespace promissory::support {

/// A second, or PROMISSORY_LEAK_GRACE_MS milliseconds. Nobody waits so long for right code: it is
/// for machines that are busy.
inline std::chrono::milliseconds leak_grace() {
  return milliseconds_from_environment("PROMISSORY_LEAK_GRACE_MS", std::chrono::seconds(1));
}

}  // namespace promissory::support
