// From addresses to functions, files and lines.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace promissory::support {

struct Frame {
  std::string function;
  std::string place;   // file:line; empty when it is not known
  std::string object;  // path of the program or library
};

/// The frames at each address, the innermost inlined function first.
using Symbols = std::map<std::uintptr_t, std::vector<Frame>>;

/// Asks addr2line, and the dynamic linker where addr2line is missing or knows nothing. Never
/// throws for what it cannot find: such a frame is called by its address.
Symbols symbols_of(const std::vector<std::uintptr_t>& addresses);

}  // namespace promissory::support
