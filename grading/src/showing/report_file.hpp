// Reports appear whole or not at all.
#pragma once

#include <filesystem>
#include <string>

namespace promissory::grading {

/// @throws Complaint when a file cannot be made there; leaves nothing behind
void check_writable(const std::filesystem::path& path);

/// Writes a temporary file beside `path` and renames it: an earlier report is replaced only by a
/// complete one. What is no ordinary file (/dev/stdout, a pipe, a link) is written to as it is.
/// @throws Complaint when that fails
void write_report(const std::filesystem::path& path, const std::string& text);

}  // namespace promissory::grading
