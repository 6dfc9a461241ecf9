// The main() of every test program.
#include <gtest/gtest.h>

#include "support/child.hpp"
#include "support/leak_checker.hpp"
#include "support/reporter.hpp"
#include "support/running_test.hpp"
#include "support/sanitizer_defaults.hpp"
#include "support/terminate_handler.hpp"
#include "support/tsan_exception_shim.hpp"
#include "support/uninstrumented.hpp"
#include "support/watchdog.hpp"

int main(int argc, char** argv) {
  using namespace promissory::support;
  use_sanitizer_defaults();
#ifdef PROMISSORY_TSAN
  use_tsan_exception_shim();
#endif
  install_terminate_handler();
  // The other style forks a process that has threads, and TSan does not survive that.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  if (const auto status = play_role(argc, argv)) return *status;
  testing::InitGoogleTest(&argc, argv);
  learn_whether_death_test();
  if (!GTEST_FLAG_GET(list_tests)) start_watchdog();
  if (!is_death_test()) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    listeners.Append(new Reporter);
    listeners.Append(new LeakChecker);
  }
  return RUN_ALL_TESTS();
}
