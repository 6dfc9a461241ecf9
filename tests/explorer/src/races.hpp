// Finds two accesses to the same memory that nothing orders (FastTrack, PLDI 2009; the four cells
// are ThreadSanitizer's).
#pragma once

#include <cstddef>

#include "operation.hpp"
#include "record.hpp"

namespace promissory::explorer::races {

/// use: of a lock, a condition variable or a semaphore. Any number may do that at the same time,
/// but not while it is made or destroyed.
enum class How : std::uint8_t { read, write, atomic_read, atomic_write, use };

/// The running thread touches `size` bytes. Ends the schedule when that is a race.
void access(Address address, std::size_t size, Address pc, How how);

/// "reads 8 bytes", for the notes of a failure.
void note_access(int thread, const Stack& stack, How how, std::size_t size, const char* more = "");

}  // namespace promissory::explorer::races
