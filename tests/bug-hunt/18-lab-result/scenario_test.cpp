#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "bug-hunt/18-lab-result/lab_result.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Laboratory;
using promissory::NotInTime;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::wait_until_quiet;
using namespace std::chrono_literals;

TEST(LabResult, ADoctorGoesHomeAndTheLaboratoryGoesOn) {
  contract("A doctor who cannot wait is told so, and the laboratory goes on with its work.");
  const auto analysed = std::make_shared<Gate>();
  Laboratory laboratory([analysed](const std::string&) {
    analysed->wait();
    return 4.2;
  });
  const auto result = laboratory.send("blood");
  EXPECT_THROW(laboratory.read(result, 0ms), NotInTime);
  analysed->open();
  wait_until_quiet();
}

}  // namespace
