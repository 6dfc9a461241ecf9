// One child process, run to its end under limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace promissory::grading {

struct Command {
  std::vector<std::string> argv;      // argv[0] is looked up in PATH
  std::filesystem::path folder = {};  // working folder, the caller's when empty
  std::vector<std::string> environment =
      {};  // NAME=VALUE sets, NAME unsets; the rest is the caller's
  // Real time, without that in which it was ready to run and others had the processor.
  std::chrono::milliseconds limit = std::chrono::minutes(10);
  std::size_t output_limit = std::size_t{1}
                             << 20;  // bytes kept of each stream, the rest is read and dropped
  std::optional<std::size_t> file_size_limit = {};  // bytes any file it writes may grow to
  std::optional<std::size_t> memory_limit = {};     // bytes of address space; not for sanitizers
};

struct Finished {
  int exit_code = -1;  // 127 when it could not be started; -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;
  bool output_cut = false;
  std::string out;
  std::string err;
  double cpu_seconds = 0;
  double wall_seconds = 0;
};

/// Thrown out of run() after Ctrl-C; the child and all that it started are gone by then.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Runs a command in a process group of its own; at the time limit, and when it ends, everything
/// left in that group is killed. Thread-safe.
/// @throws Interrupted after Ctrl-C or SIGTERM; std::system_error when no process can be made
Finished run(const Command& command);

/// From now on Ctrl-C and SIGTERM make run() throw Interrupted instead of ending the program.
void catch_interrupts();
bool interrupted();

}  // namespace promissory::grading
