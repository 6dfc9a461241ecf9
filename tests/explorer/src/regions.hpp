// Where the explored program lives: stacks and heap at fixed addresses, so that a schedule is the
// same in every process, and beside them, eight times as large, the shadow of the race detector.
#pragma once

#include "operation.hpp"

namespace promissory::explorer::regions {

inline constexpr Address start_address = 0x2000'0000'0000;
inline constexpr Address stacks_start = start_address;
inline constexpr Address stacks_size = Address{64} << 20;
inline constexpr Address heap_start = start_address + stacks_size;
inline constexpr Address heap_size = Address{448} << 20;
inline constexpr Address region_size = stacks_size + heap_size;
inline constexpr Address shadow_start = 0x2100'0000'0000;

/// Shadow for pages of memory that is not in these regions, as they come.
inline constexpr Address elsewhere_start = 0x2300'0000'0000;
inline constexpr Address elsewhere_size = Address{128} << 20;

inline bool in_heap(Address address) {
  return address - heap_start < heap_size;
}
inline bool in_region(Address address) {
  return address - start_address < region_size;
}

/// Reserves all of it, once per process. Throws std::runtime_error when something else lies there.
void reserve();

}  // namespace promissory::explorer::regions
