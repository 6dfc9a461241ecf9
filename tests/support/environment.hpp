// Settings that come from the environment.
#pragma once

#include <chrono>
#include <cstdlib>

namespace promissory::support {

/// @return the milliseconds that the variable `name` holds, or `otherwise` when it is unset or is
/// not a positive number
inline std::chrono::milliseconds milliseconds_from_environment(
    const char* name, std::chrono::milliseconds otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  return end != text && *end == '\0' && value > 0 ? std::chrono::milliseconds(value) : otherwise;
}

}  // namespace promissory::support
