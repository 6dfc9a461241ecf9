#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "bug-hunt/17-print-job/print_job.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Printer;
using promissory::PrintJob;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::wait_until_quiet;
using namespace std::chrono_literals;

Printer prints(int pages) {
  return [pages](const std::string&) { return pages; };
}

TEST(PrintJobHidden, ThePagesAreToldWithoutABell) {
  contract("The cashier is told the pages, whether a bell was asked for or not.");
  EXPECT_EQ(PrintJob(prints(3), "a letter").pages(), 3);
}

TEST(PrintJobHidden, ThePagesAreToldAsOftenAsOneAsks) {
  contract("The pages can be asked for again.");
  const PrintJob job(prints(3), "a letter");
  EXPECT_EQ(job.pages(), 3);
  EXPECT_EQ(job.pages(), 3);
}

TEST(PrintJobHidden, EveryBellRings) {
  contract("Each who asks for a bell has one that rings.");
  const PrintJob job(prints(3), "a letter");
  const auto first = job.done();
  const auto second = job.done();
  first->take();
  second->take();
  job.done()->take();
  EXPECT_EQ(job.pages(), 3);
}

TEST(PrintJobHidden, TheBellRingsBehindTheLastPage) {
  contract("No bell rings while the job is being printed.");
  const auto printed = std::make_shared<Gate>();
  const AtTheEnd print([printed] { printed->open(); });
  const PrintJob job(
      [printed](const std::string&) {
        printed->wait();
        return 7;
      },
      "a book");
  const auto bell = job.done();
  wait_until_quiet();
  EXPECT_FALSE(bell->take_for(0ms));
  printed->open();
  EXPECT_TRUE(bell->take_for(1h));
  EXPECT_EQ(job.pages(), 7);
}

TEST(PrintJobHidden, AJamIsTheEndOfAJob) {
  contract("The bell rings for a job that has failed, too, and the cashier is told why.");
  const PrintJob job([](const std::string&) -> int { throw std::runtime_error("paper jam"); },
                     "a poster");
  job.done()->take();
  for (int i = 0; i < 2; ++i) EXPECT_THROW(job.pages(), std::runtime_error);
}

TEST(PrintJobHidden, AJobThatIsThrownAwayLeavesNothingBehind) {
  contract("A job that nobody asks about leaves nothing behind.");
  const auto printed = std::make_shared<Gate>();
  {
    const PrintJob job(
        [printed](const std::string&) {
          printed->wait();
          return 7;
        },
        "a book");
    job.done();
  }
  printed->open();
}

}  // namespace
