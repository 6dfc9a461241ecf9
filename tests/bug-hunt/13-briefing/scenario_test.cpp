#include <gtest/gtest.h>

#include <stdexcept>
#include <stop_token>
#include <string>

#include "bug-hunt/13-briefing/briefing.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"

namespace {

using promissory::BriefingRoom;
using promissory::house::Outcome;
using promissory::support::AtTheEnd;
using promissory::support::contract;

TEST(Briefing, AClosedAirportNeedsNoWeather) {
  contract("When one clerk cannot help, the pilot is told, and nobody waits for the other.");
  const BriefingRoom room(
      {.notices = [](const std::string&, const std::stop_token&) -> std::string {
         throw std::runtime_error("closed for snow");
       },
       .in_words = [](const std::string& forecast, const std::stop_token&) { return forecast; }});
  const auto forecast = Outcome<std::string>::make("the forecast of the evening");
  const AtTheEnd evening([&] { forecast->put("fine"); });
  EXPECT_THROW(room.briefing("EDDM", forecast), std::runtime_error);
}

}  // namespace
