// Reads /proc by plain system calls.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace promissory::support {

// The sanitizers intercept open, read and close, and TSan takes a file descriptor for something
// that orders threads. Going past libc keeps the observer out of what it observes.

/// @return the whole text of the file; nothing when it cannot be read
std::optional<std::string> read_proc_file(const std::string& path);

/// @return the entries of the directory that are numbers; nothing when it cannot be read
std::optional<std::vector<pid_t>> numbers_in_proc_directory(const std::string& path);

/// Writes all of `text` unless an error stops it. Takes no lock.
void write_fully(int descriptor, const std::string& text);

}  // namespace promissory::support
