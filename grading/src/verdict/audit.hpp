// Read a submitted file for what no solution needs and a forged pass does.
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

enum class Submitted {
  code,     // a header under test
  own_test  // the learner's test: GoogleTest and macros are its trade
};

/// The first thing in the file that could decide the verdict instead of being judged by it: ending
/// the process, talking to GoogleTest, muting a sanitizer or telling which one is there, a macro
/// (it would rewrite the test that includes it), reading files, reading other people's headers.
/// The file is read as a compiler reads it; comments and literals do not count.
std::optional<Finding> audit(const std::filesystem::path& file, Submitted kind = Submitted::code);

}  // namespace promissory::grading
