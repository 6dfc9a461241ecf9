#include "support/second_life.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "support/proc_files.hpp"
#include "support/running_test.hpp"

namespace promissory::support {
namespace {

constexpr const char* order_variable = "PROMISSORY_LIFE_ORDER";
constexpr const char* pipe_variable = "PROMISSORY_LIFE_PIPE";

// What is said of the tests that this process runs is not for the other one to say.
bool is_inherited(std::string_view variable) {
  return !variable.starts_with("GTEST_") && !variable.starts_with("PROMISSORY_REPORT=") &&
         !variable.starts_with(order_variable) && !variable.starts_with(pipe_variable);
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void become(char* const* arguments, char* const* environment, int said, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) kill_this_life();  // it has died before that
  fcntl(said, F_SETFD, 0);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  execve("/proc/self/exe", arguments, environment);
  constexpr int not_started = 127;
  _exit(not_started);
}

std::string all_from(int descriptor) {
  std::string text;
  std::array<char, 4096> part;
  for (;;) {
    const ssize_t size = read(descriptor, part.data(), part.size());
    if (size == 0) return text;
    if (size < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "read");
    if (size > 0) text.append(part.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

Life run_another_life(const std::string& order) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  std::vector<std::string> arguments{"another-life", "--gtest_filter=" + running_test_name()};
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (is_inherited(*variable)) environment.emplace_back(*variable);
  }
  environment.emplace_back(order_variable).append("=").append(order);
  environment.emplace_back(pipe_variable).append("=").append(std::to_string(ends[1]));
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) become(argument_pointers.data(), environment_pointers.data(), ends[1], parent);
  const int why = errno;
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    throw std::system_error(why, std::generic_category(), "fork");
  }
  const std::string text = all_from(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  set_running_test(testing::UnitTest::GetInstance()->current_test_info());

  Life life;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    life.said.push_back(text.substr(begin, end - begin));
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  if (WIFSIGNALED(status)) life.signal = WTERMSIG(status);
  if (WIFEXITED(status)) life.exit_code = WEXITSTATUS(status);
  return life;
}

std::optional<std::string> order_for_this_life() {
  const char* const order = std::getenv(order_variable);
  return order == nullptr ? std::nullopt : std::optional<std::string>(order);
}

void tell_parent(const std::string& line) {
  const char* const descriptor = std::getenv(pipe_variable);
  if (descriptor != nullptr) write_fully(std::atoi(descriptor), line + "\n");
}

void end_this_life() {
  _exit(0);
}

void kill_this_life() {
  for (;;) kill(getpid(), SIGKILL);
}

}  // namespace promissory::support
