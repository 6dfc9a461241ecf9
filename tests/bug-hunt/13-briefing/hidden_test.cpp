#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "bug-hunt/13-briefing/briefing.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::BriefingRoom;
using promissory::Desk;
using promissory::house::Outcome;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::wait_until_quiet;

Desk good_desk() {
  return {.notices = [](const std::string& airport,
                        const std::stop_token&) { return airport + " is open"; },
          .in_words = [](const std::string& forecast,
                         const std::stop_token&) { return "it will be " + forecast; }};
}

auto forecast_to_come() {
  return Outcome<std::string>::make("a forecast");
}

TEST(BriefingHidden, NoticesAndWeatherAreTold) {
  contract("A pilot is told the notices and the weather.");
  const auto forecast = forecast_to_come();
  forecast->put("fine");
  EXPECT_EQ(BriefingRoom(good_desk()).briefing("LOWW", forecast),
            "LOWW is open\nit will be fine\n");
}

TEST(BriefingHidden, AForecastIsWaitedFor) {
  contract("A forecast that is not ready yet is waited for.");
  const auto forecast = forecast_to_come();
  std::string told;
  {
    std::jthread pilot([&] { told = BriefingRoom(good_desk()).briefing("LOWW", forecast); });
    wait_until_quiet();
    forecast->put("foggy");
  }
  EXPECT_EQ(told, "LOWW is open\nit will be foggy\n");
}

TEST(BriefingHidden, BothClerksWorkAtOnce) {
  contract("The clerks work at the same time: neither waits for the other.");
  Gate weather_begun;
  Gate notices_begun;
  Desk desk = good_desk();
  desk.notices = [&](const std::string&, const std::stop_token&) {
    notices_begun.open();
    weather_begun.wait();
    return "open";
  };
  desk.in_words = [&](const std::string& forecast, const std::stop_token&) {
    weather_begun.open();
    notices_begun.wait();
    return forecast;
  };
  const auto forecast = forecast_to_come();
  forecast->put("fine");
  EXPECT_EQ(BriefingRoom(desk).briefing("LOWW", forecast), "open\nfine\n");
}

TEST(BriefingHidden, APilotWhoIsCalledAwayNeedNotWait) {
  contract("A pilot who is called away while the forecast is waited for is let go.");
  const auto forecast = forecast_to_come();
  const AtTheEnd evening([&] { forecast->put("fine"); });
  std::stop_source called_away;
  std::jthread tower([&] {
    wait_until_quiet();
    called_away.request_stop();
  });
  EXPECT_THROW(BriefingRoom(good_desk()).briefing("LOWW", forecast, called_away.get_token()),
               std::system_error);
}

TEST(BriefingHidden, AForecastThatFailsStopsTheOtherClerk) {
  contract("Without a forecast there is no briefing, and nobody goes on with the notices.");
  const auto forecast = forecast_to_come();
  forecast->fail(std::make_exception_ptr(std::runtime_error("the balloon burst")));
  Desk desk = good_desk();
  desk.notices = [](const std::string&, const std::stop_token& stop) -> std::string {
    Gate never;
    never.wait(stop);
    throw std::system_error(std::make_error_code(std::errc::operation_canceled));
  };
  EXPECT_THROW(BriefingRoom(desk).briefing("LOWW", forecast), std::runtime_error);
}

TEST(BriefingHidden, TheForecastIsStillThereForOthers) {
  contract("A pilot who is not briefed takes the forecast from nobody.");
  Desk closed = good_desk();
  closed.notices = [](const std::string&, const std::stop_token&) -> std::string {
    throw std::runtime_error("closed");
  };
  const auto forecast = forecast_to_come();
  const AtTheEnd evening([&] { forecast->put("fine"); });
  EXPECT_THROW(BriefingRoom(closed).briefing("LOWI", forecast), std::runtime_error);
  EXPECT_TRUE(forecast->put("mild"));
  EXPECT_EQ(BriefingRoom(good_desk()).briefing("LOWW", forecast),
            "LOWW is open\nit will be mild\n");
}

}  // namespace
