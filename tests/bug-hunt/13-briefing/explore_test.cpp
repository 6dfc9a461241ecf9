#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "bug-hunt/13-briefing/briefing.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::BriefingRoom;
using promissory::house::Outcome;
using promissory::support::contract;
using namespace std::chrono_literals;

std::string as_it_is(const std::string& text, const std::stop_token&) {
  return text;
}

TEST(BriefingExplored, NoOrderWaitsForAForecastThatNobodyNeeds) {
  contract("Whoever is first, a clerk who cannot help ends the briefing.");
  EXPLORE({}) {
    const BriefingRoom room(
        {.notices = [](const std::string&, const std::stop_token&) -> std::string {
           throw std::runtime_error("closed");
         },
         .in_words = as_it_is});
    const auto forecast = Outcome<std::string>::make("a forecast");
    EXPECT_THROW(room.briefing("EDDM", forecast), std::runtime_error);
    forecast->put("fine");
  };
}

TEST(BriefingExplored, AForecastMayTakeItsTime) {
  contract("A forecast is waited for, however long it takes, while nothing speaks against it.");
  EXPLORE({}) {
    const BriefingRoom room({.notices = as_it_is, .in_words = as_it_is});
    const auto forecast = Outcome<std::string>::make("a forecast");
    std::jthread service([&] {
      // Costs nothing: the explorer's clock goes on when nobody else can.
      std::this_thread::sleep_for(3s);
      forecast->put("fine");
    });
    EXPECT_EQ(room.briefing("EDDM", forecast), "EDDM\nfine\n");
  };
}

}  // namespace
