// Finds two accesses to the same memory that nothing orders (FastTrack, PLDI 2009; the four cells
// are ThreadSanitizer's).
#pragma once

#include <cstddef>

#include "operation.hpp"

namespace promissory::explorer::races {

enum class How : std::uint8_t { read, write, atomic_read, atomic_write };

/// The running thread touches `size` bytes. Ends the schedule when that is a race.
void access(Address address, std::size_t size, Address pc, How how);

}  // namespace promissory::explorer::races
