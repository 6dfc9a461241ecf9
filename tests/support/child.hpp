// Processes that a test starts and kills.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace promissory::support {

/// A program that this test has started. It is killed when this object dies, and by the kernel when
/// the test does, however that ends: nothing is left behind. (The kernel counts the thread that
/// started it: that should be the test's own.)
class Process {
 public:
  /// @param argv argv[0] is looked up in PATH
  /// @throws std::system_error when it cannot be started; a program that is not there only shows in
  ///     its end
  explicit Process(const std::vector<std::string>& argv);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }

  /// Writes a line to its standard input.
  /// @return false when it does not listen any more
  bool say(const std::string& line) const;

  /// Waits for it without a limit of its own.
  /// @return the next line of its standard output; nothing when it has ended or closed it
  std::optional<std::string> hear();

  /// Ends its standard input; what it says can still be heard.
  void say_no_more();

  /// Closes both streams on this side; what it writes from then on is lost.
  void hang_up();

  void signal(int number) const;

  /// Kills it, and waits for its end.
  void kill();

  /// Waits for its end.
  /// @return "exit 0", "signal 9"
  std::string wait();

 private:
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string heard_;  // of a line that is not complete
};

/// A part that this very program can play in a process of its own instead of running its tests.
/// Define it at namespace scope; all test programs ask for it in their main().
///
///     const Role shouts("shouts", [](const std::vector<std::string>& words) { …; return 0; });
class Role {
 public:
  using Play = std::function<int(const std::vector<std::string>&)>;
  Role(const char* name, Play play);
};

/// @return what to start a Process with so that it plays a role
std::vector<std::string> playing(const std::string& role, const std::vector<std::string>& words);

/// For main(): plays the role that the command line asks for.
/// @return its exit status, or nothing when no role was asked for
std::optional<int> play_role(int argc, char** argv);

}  // namespace promissory::support
