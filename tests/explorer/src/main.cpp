// The main() of the explore flavour. No watchdog and no leak checker: each schedule runs in a child
// that the explorer watches, and a child process must begin with one thread.
#include <gtest/gtest.h>

#include "support/reporter.hpp"
#include "support/terminate_handler.hpp"

int main(int argc, char** argv) {
  promissory::support::install_terminate_handler();
  testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new promissory::support::Reporter);
  return RUN_ALL_TESTS();
}
