// A program at a terminal of its own, and somebody at the keys.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <string>

#include "running/process.hpp"

namespace promissory::grading {

/// Belongs to one thread. The program is killed with its terminal when the session is destroyed.
class TerminalSession {
 public:
  explicit TerminalSession(const Command& command);
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;
  ~TerminalSession();

  void press(char key) const;
  static constexpr char ctrl_c = '\x03';

  /// Reads until `text` appears behind what earlier calls have read, for minutes if need be.
  /// @return everything up to and with it; fails the running test when it does not come
  std::string await(const std::string& text);
  /// @return the exit code, or minus the signal that ended it
  int await_end();

  /// Does the terminal collect lines and echo keys, as a shell expects it?
  bool is_ordinary() const;

 private:
  bool read_more();

  int master_ = -1;
  int slave_ = -1;  // kept open: the terminal's settings outlive the program
  pid_t program_ = -1;
  std::string screen_;
  std::size_t read_to_ = 0;
};

}  // namespace promissory::grading
