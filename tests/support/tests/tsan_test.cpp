#include <gtest/gtest.h>

#include "support/contract.hpp"
#include "support/tests/run_victim.hpp"
#include "support/uninstrumented.hpp"

#ifdef PROMISSORY_TSAN

namespace promissory::support {
namespace {

bool has_race(const Outcome& outcome) {
  return outcome.output.find("WARNING: ThreadSanitizer") != std::string::npos;
}

TEST(TsanShim, SharedExceptionsAreNoRace) {
  contract("An exception that crosses threads by way of a future is no race.");
  const Outcome outcome = run_victim("Shares*", {}, {"--gtest_repeat=50"});
  EXPECT_FALSE(has_race(outcome)) << outcome.output;
  EXPECT_EQ(outcome.exit_status, 0) << outcome.output;
}

TEST(TsanShim, ARaceInsideAnExceptionIsStillFound) {
  contract("Two threads that write to one exception race.");
  EXPECT_TRUE(has_race(run_victim("RacesInsideAnException")));
}

TEST(TsanShim, TheGuardsHideNoRace) {
  contract("A parking spot and the ledger order nothing in the eyes of TSan.");
  EXPECT_TRUE(has_race(run_victim("RacesBesideTheGuards")));
}

}  // namespace
}  // namespace promissory::support

#endif
