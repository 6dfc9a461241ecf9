// Words of commands that people are to type.
#pragma once

#include <string>

namespace promissory::grading {

/// A word that a shell reads as it is, quoted when that is needed.
inline std::string for_a_shell(const std::string& word) {
  const bool is_plain =
      !word.empty() && word.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyz0123456789"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-+=:,./@%") == std::string::npos;
  if (is_plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace promissory::grading
