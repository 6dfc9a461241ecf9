// The heap of the explored program: addresses are handed out once, so whoever touches freed memory
// is seen, and the addresses are the same in every run.
#pragma once

#include <cstddef>

#include "operation.hpp"
#include "races.hpp"
#include "record.hpp"
#include "regions.hpp"

namespace promissory::explorer::heap {

/// For every 16 bytes of the heap, the number of the block that they belong to.
inline constexpr Address block_table = 0x2200'0000'0000;
inline constexpr Address block_table_size = regions::heap_size / 16 * sizeof(std::uint32_t);

void begin();
void* allocate(std::size_t size, std::size_t alignment, Address site);
void free(void* memory, Address site);
std::size_t size_of(const void* memory);

/// The running thread touches memory that is in the heap: is it allowed to?
void check(Address address, std::size_t size, Address pc, races::How how);

/// "heap block of 24 bytes, allocated by T1", for the notes of a failure.
void note_block(Address address);

/// Writes what has not been freed into the record.
void report_leaks();
/// In a detailed run: ends the schedule with the blocks that were allocated there and are lost.
void show_leaks_of(Address site);

}  // namespace promissory::explorer::heap
