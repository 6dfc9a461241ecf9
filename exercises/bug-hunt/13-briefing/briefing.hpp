// What a pilot is told before a flight: the notices of the airport and the weather on the way. Each
// is worked out by a clerk of its own, and without either of them there is no briefing.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "bug-hunt/house/group.hpp"
#include "bug-hunt/house/outcome.hpp"

namespace promissory {

/// The next forecast. The weather service makes it for everybody, when it is ready.
using Forecast = std::shared_ptr<const house::Outcome<std::string>>;

/// What the clerks can do. Each may take its time, may throw, and ends soon after a stop.
struct Desk {
  std::function<std::string(const std::string& airport, const std::stop_token& stop)> notices;
  std::function<std::string(const std::string& forecast, const std::stop_token& stop)> in_words;
};

/// Where pilots are briefed. Thread-safe, as far as the desk is.
class BriefingRoom {
 public:
  explicit BriefingRoom(Desk desk) : desk_(std::move(desk)) {}

  /// Waits for both clerks; as soon as one of them cannot help, there is nothing to wait for.
  /// @param stop the pilot is called away
  /// @return notices and weather, a line each
  /// @throws what the first clerk who cannot help has thrown
  /// @throws std::system_error (operation_canceled) when `stop` is requested first
  std::string briefing(const std::string& airport, const Forecast& forecast,
                       const std::stop_token& stop = {}) const {
    std::string notices;
    std::string weather;
    house::Group clerks(stop);
    clerks.go([&](const std::stop_token& token) { notices = desk_.notices(airport, token); });
    clerks.go([&](const std::stop_token& token) {
      const auto numbers = forecast->await();
      weather = desk_.in_words(numbers, token);
    });
    clerks.wait();
    return notices + "\n" + weather + "\n";
  }

 private:
  const Desk desk_;
};

}  // namespace promissory
