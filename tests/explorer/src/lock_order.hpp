// Sees a deadlock that did not happen this time: locks taken in a circle by different threads, with
// no common lock around them and nothing that orders the threads (Havelund's GoodLock).
#pragma once

#include "operation.hpp"

namespace promissory::explorer::lock_order {

void begin();
/// The running thread, holding what it holds, has taken this lock after waiting for it.
void taken(Address mutex);

}  // namespace promissory::explorer::lock_order
