// Who sleeps on a condition variable or a futex, and who of them wakes.
#pragma once

#include <cstdint>

#include "operation.hpp"

namespace promissory::explorer::waiters {

/// A bit per thread that waits there and has neither been woken nor timed out.
std::uint32_t of(Action waiting, Address object);

/// Wakes up to `most` of them; which ones, when not all, is a choice. Gives a bit per woken thread.
std::uint32_t wake(Action waiting, Address object, int most);

}  // namespace promissory::explorer::waiters
