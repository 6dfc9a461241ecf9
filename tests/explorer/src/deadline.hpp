// A timespec as the world counts time.
#pragma once

#include <time.h>

#include <cstdint>

#include "world.hpp"

namespace promissory::explorer::deadline {

inline constexpr std::int64_t one_second = 1'000'000'000;

/// Far futures are no_deadline, so that they cannot overflow.
inline std::int64_t nanoseconds(const timespec& time) {
  if (time.tv_sec >= no_deadline / one_second / 2) return no_deadline;
  return time.tv_sec * one_second + time.tv_nsec;
}

inline std::int64_t absolute(clockid_t clock, const timespec& time) {
  const std::int64_t until = nanoseconds(time);
  if (until == no_deadline || clock != CLOCK_REALTIME) return until;
  return until - world::real_time_offset();
}

inline std::int64_t relative(const timespec& time) {
  const std::int64_t length = nanoseconds(time);
  return length == no_deadline ? no_deadline : world::now() + length;
}

}  // namespace promissory::explorer::deadline
