#include <gtest/gtest.h>

#include <memory>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/16b-hotline/hotline.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Calls;
using promissory::Expert;
using promissory::Hotline;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::wait_until_quiet;

Expert when_open(const std::shared_ptr<Gate>& gate) {
  return [gate](const std::string& question) {
    gate->wait();
    return "no " + question;
  };
}

TEST(HotlineHidden, APatientCallerIsAdvised) {
  contract("A caller who waits is told what the expert knows.");
  Hotline hotline([](const std::string& question) { return question + "? Turn it round."; });
  EXPECT_EQ(hotline.ask("upside down", {}), "upside down? Turn it round.");
  EXPECT_EQ(hotline.calls(), (Calls{.answered = 1, .hung_up = 0}));
}

TEST(HotlineHidden, AStopEndsACallThatWaits) {
  contract("A caller who hangs up while the expert thinks is let go.");
  const auto found_out = std::make_shared<Gate>();
  const AtTheEnd find_out([found_out] { found_out->open(); });
  Hotline hotline(when_open(found_out));
  std::stop_source caller;
  std::jthread finger([&] {
    wait_until_quiet();
    caller.request_stop();
  });
  EXPECT_THROW(hotline.ask("sound", caller.get_token()), std::system_error);
  EXPECT_EQ(hotline.calls(), (Calls{.answered = 0, .hung_up = 1}));
}

TEST(HotlineHidden, ManyHangUpAndNobodyIsLeft) {
  contract("However many hang up, nothing stays behind, and those who wait are advised.");
  const auto found_out = std::make_shared<Gate>();
  const AtTheEnd find_out([found_out] { found_out->open(); });
  Hotline hotline(when_open(found_out));
  std::stop_source caller;
  caller.request_stop();
  std::vector<std::jthread> patient;
  for (int i = 0; i < 5; ++i) {
    patient.emplace_back([&] { EXPECT_EQ(hotline.ask("light", {}), "no light"); });
    EXPECT_THROW(hotline.ask("sound", caller.get_token()), std::system_error);
  }
  found_out->open();
  patient.clear();
  EXPECT_EQ(hotline.calls(), (Calls{.answered = 5, .hung_up = 5}));
}

TEST(HotlineHidden, AHotlineMayCloseWhileAnExpertThinks) {
  contract("A hotline that closes waits for no expert.");
  const auto found_out = std::make_shared<Gate>();
  const AtTheEnd find_out([found_out] { found_out->open(); });
  auto hotline = std::make_unique<Hotline>(when_open(found_out));
  std::stop_source caller;
  caller.request_stop();
  EXPECT_THROW(hotline->ask("sound", caller.get_token()), std::system_error);
  hotline.reset();
}

}  // namespace
