// Words that a stranger's program wrote, made fit for a report.
#pragma once

#include <cstddef>
#include <string>

namespace promissory::grading {

/// Valid UTF-8 without control characters except line breaks and tabs, at most `most` bytes. What
/// is not UTF-8 becomes U+FFFD, what is longer ends in an ellipsis.
std::string legible(const std::string& text, std::size_t most = 6000);

/// Legible, with every address written as 0x….
std::string without_addresses(const std::string& text, std::size_t most = 6000);

/// Legible, and without what differs from run to run and tells nobody anything: addresses, process
/// and thread numbers, offsets in the program.
std::string without_run_noise(const std::string& text);

}  // namespace promissory::grading
