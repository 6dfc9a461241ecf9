// Where the explored program lives: stacks and heap at fixed addresses, so that a schedule is the
// same in every process, and beside them, eight times as large, the shadow of the race detector.
#pragma once

#include "operation.hpp"

namespace promissory::explorer::regions {

inline constexpr Address kStart = 0x2000'0000'0000;
inline constexpr Address kStacks = kStart;
inline constexpr Address kStacksSize = Address{64} << 20;
inline constexpr Address kHeap = kStart + kStacksSize;
inline constexpr Address kHeapSize = Address{448} << 20;
inline constexpr Address kSize = kStacksSize + kHeapSize;
inline constexpr Address kShadow = 0x2100'0000'0000;

/// Shadow for pages of memory that is not in these regions, as they come.
inline constexpr Address kElsewhere = 0x2300'0000'0000;
inline constexpr Address kElsewhereSize = Address{128} << 20;

inline bool in_heap(Address address) {
  return address - kHeap < kHeapSize;
}
inline bool in_region(Address address) {
  return address - kStart < kSize;
}

/// Reserves all of it, once per process. Throws std::runtime_error when something else lies there.
void reserve();

}  // namespace promissory::explorer::regions
