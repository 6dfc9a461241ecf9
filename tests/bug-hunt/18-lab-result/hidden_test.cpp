#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bug-hunt/18-lab-result/lab_result.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Analysis;
using promissory::Laboratory;
using promissory::NotInTime;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

Analysis when_open(const std::shared_ptr<Gate>& gate) {
  return [gate](const std::string& sample) {
    gate->wait();
    return static_cast<double>(sample.size());
  };
}

TEST(LabResultHidden, AResultInTimeIsRead) {
  contract("A result that is there in time is read.");
  Laboratory laboratory([](const std::string&) { return 4.2; });
  EXPECT_EQ(laboratory.read(laboratory.send("blood"), 1h), 4.2);
  EXPECT_EQ(laboratory.late(), 0);
}

TEST(LabResultHidden, ASpoiltSampleHasNoValue) {
  contract("A spoilt sample is a result without a value.");
  Laboratory laboratory([](const std::string&) { return std::optional<double>(); });
  EXPECT_EQ(laboratory.read(laboratory.send("blood"), 1h), std::nullopt);
}

TEST(LabResultHidden, ALateResultIsReadTheNextMorning) {
  contract("A result that came too late for one reading is there for the next.");
  const auto analysed = std::make_shared<Gate>();
  const AtTheEnd analyse([analysed] { analysed->open(); });
  Laboratory laboratory(when_open(analysed));
  const auto result = laboratory.send("blood");
  for (int i = 0; i < 3; ++i) EXPECT_THROW(laboratory.read(result, 0ms), NotInTime);
  EXPECT_EQ(laboratory.late(), 3);
  analysed->open();
  EXPECT_EQ(laboratory.read(result, 1h), 5);
}

TEST(LabResultHidden, OneDoctorWhoGoesHomeHarmsNoOther) {
  contract("However many give up, the others are told their results.");
  const auto analysed = std::make_shared<Gate>();
  const AtTheEnd analyse([analysed] { analysed->open(); });
  Laboratory laboratory(when_open(analysed));
  std::vector<Laboratory::Result> given_up;
  std::vector<Laboratory::Result> waited_for;
  for (int i = 0; i < 5; ++i) {
    given_up.push_back(laboratory.send("hair"));
    waited_for.push_back(laboratory.send("blood"));
    EXPECT_THROW(laboratory.read(given_up.back(), 0ms), NotInTime);
  }
  analysed->open();
  for (const auto& result : waited_for) EXPECT_EQ(laboratory.read(result, 1h), 5);
}

TEST(LabResultHidden, NobodyNeedWaitAtAll) {
  contract("A result that nobody reads harms nobody.");
  Laboratory laboratory([](const std::string&) { return 4.2; });
  laboratory.send("blood");
}

}  // namespace
