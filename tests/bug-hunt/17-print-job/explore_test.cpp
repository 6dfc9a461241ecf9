#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "bug-hunt/17-print-job/print_job.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::PrintJob;
using promissory::support::contract;

TEST(PrintJobExplored, BellAndCashierAreBothServed) {
  contract("Whoever is first, the bell rings and the cashier is told the pages.");
  EXPLORE({}) {
    const PrintJob job([](const std::string&) { return 12; }, "a thesis");
    std::jthread cashier([&] { EXPECT_EQ(job.pages(), 12); });
    job.done()->take();
  };
}

}  // namespace
