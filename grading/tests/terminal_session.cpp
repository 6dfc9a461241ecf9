#include "terminal_session.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

namespace promissory::grading {
namespace {

constexpr std::chrono::minutes patience{5};

[[noreturn]] void become(const Command& command, int terminal) {
  ::setsid();
  ::ioctl(terminal, TIOCSCTTY, 0);
  for (int stream = 0; stream < 3; ++stream) ::dup2(terminal, stream);
  if (!command.folder.empty() && ::chdir(command.folder.c_str()) != 0) ::_exit(127);
  for (const auto& entry : command.environment) {
    const auto equals = entry.find('=');
    if (equals == std::string::npos) {
      ::unsetenv(entry.c_str());
    } else {
      ::setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
    }
  }
  std::vector<char*> argv;
  for (const auto& argument : command.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

TerminalSession::TerminalSession(const Command& command) {
  if (::openpty(&master_, &slave_, nullptr, nullptr, nullptr) != 0) {
    throw std::system_error(errno, std::generic_category(), "openpty");
  }
  program_ = ::fork();
  if (program_ == 0) become(command, slave_);
}

TerminalSession::~TerminalSession() {
  if (program_ > 0) {
    ::kill(program_, SIGKILL);
    ::waitpid(program_, nullptr, 0);
  }
  ::close(slave_);
  ::close(master_);
}

void TerminalSession::press(char key) const {
  ASSERT_EQ(::write(master_, &key, 1), 1);
}

bool TerminalSession::read_more() {
  pollfd readable{master_, POLLIN, 0};
  if (::poll(&readable, 1, 100) <= 0) return false;
  std::array<char, 4096> bytes;
  const auto count = ::read(master_, bytes.data(), bytes.size());
  if (count <= 0) return false;
  screen_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::string TerminalSession::await(const std::string& text) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto at = screen_.find(text, read_to_);
    if (at != std::string::npos) {
      const auto begin = std::exchange(read_to_, at + text.size());
      return screen_.substr(begin, read_to_ - begin);
    }
    if (!read_more() && std::chrono::steady_clock::now() > end) break;
  }
  ADD_FAILURE() << "`" << text << "` does not appear behind:\n" << screen_.substr(read_to_);
  return "";
}

int TerminalSession::await_end() {
  const auto end = std::chrono::steady_clock::now() + patience;
  int status = 0;
  // Read on: a program whose terminal is full does not end.
  while (::waitpid(program_, &status, WNOHANG) == 0) {
    read_more();
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "it does not end:\n" << screen_.substr(read_to_);
      return -1;
    }
  }
  program_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool TerminalSession::is_ordinary() const {
  termios settings{};
  return ::tcgetattr(slave_, &settings) == 0 && (settings.c_lflag & ICANON) != 0 &&
         (settings.c_lflag & ECHO) != 0;
}

}  // namespace promissory::grading
