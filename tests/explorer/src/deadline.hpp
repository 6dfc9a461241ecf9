// A timespec as the world counts time.
#pragma once

#include <time.h>

#include <cstdint>

#include "world.hpp"

namespace promissory::explorer::deadline {

inline constexpr std::int64_t kSecond = 1'000'000'000;

/// Far futures are kNever, so that they cannot overflow.
inline std::int64_t nanoseconds(const timespec& time) {
  if (time.tv_sec >= kNever / kSecond / 2) return kNever;
  return time.tv_sec * kSecond + time.tv_nsec;
}

inline std::int64_t absolute(clockid_t clock, const timespec& time) {
  const std::int64_t until = nanoseconds(time);
  if (until == kNever || clock != CLOCK_REALTIME) return until;
  return until - world::real_time_offset();
}

inline std::int64_t relative(const timespec& time) {
  const std::int64_t length = nanoseconds(time);
  return length == kNever ? kNever : world::now() + length;
}

}  // namespace promissory::explorer::deadline
