#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "bug-hunt/18-lab-result/lab_result.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Laboratory;
using promissory::NotInTime;
using promissory::support::contract;
using namespace std::chrono_literals;

TEST(LabResultExplored, WhoeverIsFirstTheResultIsRead) {
  contract("Whether the result or the end of patience comes first, nothing is lost.");
  EXPLORE({}) {
    Laboratory laboratory([](const std::string&) { return 4.2; });
    const auto result = laboratory.send("blood");
    std::optional<double> value;
    try {
      value = laboratory.read(result, 0ms);
    } catch (const NotInTime&) {
      value = laboratory.read(result, 1h);
    }
    EXPECT_EQ(value, 4.2);
  };
}

}  // namespace
