#include <gtest/gtest.h>

#include <string>

#include "bug-hunt/17-print-job/print_job.hpp"
#include "support/contract.hpp"

namespace {

using promissory::PrintJob;
using promissory::support::contract;

TEST(PrintJob, ItIsDoneAndPaidFor) {
  contract("When the job is done the bell rings, and the cashier is told how many pages it took.");
  const PrintJob job([](const std::string&) { return 12; }, "a thesis");
  job.done()->take();
  EXPECT_EQ(job.pages(), 12);
}

}  // namespace
