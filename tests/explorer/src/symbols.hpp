// Addresses of code as places in source files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "explorer.hpp"
#include "operation.hpp"

namespace promissory::explorer {

/// Asks addr2line once for all of them. What is inlined gives several frames, the innermost first;
/// what is not in the program itself gives none.
std::map<Address, std::vector<Frame>> places_of(const std::vector<Address>& pcs);

/// Is the file the learner's or the test's, and not the system's, GoogleTest's or the explorer's?
bool is_own(const std::string& file);

/// The text of a line, without indentation; empty when it cannot be read.
std::string source_line(const std::string& file, int line);

}  // namespace promissory::explorer
