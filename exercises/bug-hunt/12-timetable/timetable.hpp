// The departures of one station. They are loaded once, however many passengers ask, and each of
// them may give up waiting.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

using Departures = std::vector<std::string>;

/// Loads the departures. May take its time, may throw.
/// @throws std::system_error (operation_canceled) soon after the token is stopped
using LoadDepartures = std::function<Departures(const std::stop_token& stop)>;

/// The timetable of one station. All members are thread-safe.
class Timetable {
 public:
  explicit Timetable(LoadDepartures load) : load_(std::move(load)) {}

  /// Waits until the departures are loaded, which begins when somebody asks for the first time.
  /// @param stop ends the wait of this passenger
  /// @throws what loading has thrown
  /// @throws std::system_error (operation_canceled) when `stop` is requested first
  Departures departures(const std::stop_token& stop) {
    begin(stop);
    return departures_->await(stop);
  }

 private:
  void begin(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(has_begun_, true)) return;
    loader_ = std::jthread([this, stop] {
      try {
        departures_->put(load_(stop));
      } catch (...) {
        departures_->fail(std::current_exception());
      }
    });
  }

  const LoadDepartures load_;
  const std::shared_ptr<house::Outcome<Departures>> departures_ =
      house::Outcome<Departures>::make("the departures");
  std::mutex mutex_;
  bool has_begun_ = false;
  std::jthread loader_;
};

}  // namespace promissory
