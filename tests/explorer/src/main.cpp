// The main() of the explore flavour. No watchdog and no leak checker: each schedule runs in a child
// that the explorer watches, and a child process must begin with one thread.
#include <gtest/gtest.h>
#include <sys/personality.h>
#include <unistd.h>

#include <cstdlib>

#include "support/reporter.hpp"
#include "support/terminate_handler.hpp"

namespace {

/// Begins once more, with every function looked up beforehand: each child would do that again. And
/// with memory at the same addresses every time, for what hashes them. Where that is denied,
/// schedules only take longer.
void begin_again(char** argv) {
  if (std::getenv("LD_BIND_NOW") != nullptr) return;
  setenv("LD_BIND_NOW", "1", 1);
  personality(ADDR_NO_RANDOMIZE);
  execv("/proc/self/exe", argv);
}

}  // namespace

int main(int argc, char** argv) {
  begin_again(argv);
  promissory::support::install_terminate_handler();
  testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new promissory::support::Reporter);
  return RUN_ALL_TESTS();
}
