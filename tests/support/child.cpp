#include "support/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

namespace promissory::support {
namespace {

constexpr const char* asks_for_a_role = "--promissory-role";

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::array<int, 2> make_stream() {
  std::array<int, 2> ends{};
  // A socket, for send() can be told not to raise SIGPIPE.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  return ends;
}

std::map<std::string, Role::Play>& roles() {
  static std::map<std::string, Role::Play> all;
  return all;
}

}  // namespace

Process::Process(const std::vector<std::string>& argv) {
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const auto in = make_stream();
  const auto out = make_stream();
  const pid_t parent = ::getpid();
  std::fflush(stdout);
  pid_ = ::fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) {
    // Only what is async-signal-safe: other threads may hold any lock.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(in[1], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  ::close(in[1]);
  ::close(out[1]);
  to_ = in[0];
  from_ = out[0];
}

Process::~Process() {
  kill();
  hang_up();
}

bool Process::say(const std::string& line) const {
  const std::string text = line + "\n";
  for (std::size_t done = 0; done < text.size();) {
    const auto sent = ::send(to_, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    done += static_cast<std::size_t>(sent);
  }
  return true;
}

std::optional<std::string> Process::hear() {
  while (true) {
    if (const auto end = heard_.find('\n'); end != std::string::npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> buffer;
    const auto count = ::read(from_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    heard_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Process::say_no_more() {
  if (to_ >= 0) ::close(std::exchange(to_, -1));
}

void Process::hang_up() {
  say_no_more();
  if (from_ >= 0) ::close(std::exchange(from_, -1));
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void Process::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

std::string Process::wait() {
  if (pid_ <= 0) return "";
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit " + std::to_string(WEXITSTATUS(status));
}

Role::Role(const char* name, Play play) {
  roles()[name] = std::move(play);
}

std::vector<std::string> playing(const std::string& role, const std::vector<std::string>& words) {
  std::vector<std::string> argv{"/proc/self/exe", asks_for_a_role, role};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

std::optional<int> play_role(int argc, char** argv) {
  if (argc < 3 || std::strcmp(argv[1], asks_for_a_role) != 0) return std::nullopt;
  const auto role = roles().find(argv[2]);
  if (role == roles().end()) {
    std::fprintf(stderr, "there is no role %s\n", argv[2]);
    return 2;
  }
  return role->second(std::vector<std::string>(argv + 3, argv + argc));
}

}  // namespace promissory::support
