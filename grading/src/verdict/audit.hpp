// Read a submitted header for what no solution needs and a forged pass does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace promissory::grading {

struct Finding {
  std::string file;
  int line = 0;
  std::string what;  // one sentence: what stands there and why it is refused
};

/// The first thing in the file that could decide the verdict instead of being judged by it: ending
/// the process, talking to GoogleTest, muting a sanitizer, reading files. Comments and the insides
/// of string literals do not count.
std::optional<Finding> audit(const std::filesystem::path& header);

}  // namespace promissory::grading
