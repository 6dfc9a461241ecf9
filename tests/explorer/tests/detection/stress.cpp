// How often each wrong program shows itself when it is simply run, again and again: "name found
// seconds" a line. Compiled plainly, or with ThreadSanitizer. Each run is a process; one that hangs
// is ended.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "../corpus.hpp"
#include "cpu_time.hpp"

namespace promissory::explorer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double cpu_budget = 1;
/// A hang takes no CPU time, but somebody waits for the table.
constexpr std::chrono::seconds patience{15};
constexpr unsigned seconds_until_hang = 1;

/// Did this run show that something is wrong?
bool shows_itself(void (*body)()) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    std::fclose(stdout);
    std::fclose(stderr);
    alarm(seconds_until_hang);
    body();
    // Through the exit handlers, where ThreadSanitizer turns its reports into an exit code.
    std::exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Detection, Stress) {
  for (const corpus::Program& program : corpus::wrong_programs()) {
    int found = 0;
    const double begin = cpu_seconds();
    const auto until = Clock::now() + patience;
    while (cpu_seconds() - begin < cpu_budget && Clock::now() < until) {
      found += shows_itself(program.body) ? 1 : 0;
    }
    std::printf("%s %d %.3f\n", program.name, found, cpu_seconds() - begin);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace promissory::explorer
