// What a thread, or a synchronisation object, knows of the others' past (Mattern 1989).
#pragma once

#include <cstdint>

namespace promissory::explorer {

inline constexpr int thread_limit = 32;

struct VectorClock {
  std::uint32_t at[thread_limit];

  void join(const VectorClock& other, int threads) {
    for (int i = 0; i < threads; ++i) {
      if (at[i] < other.at[i]) at[i] = other.at[i];
    }
  }
};

}  // namespace promissory::explorer
