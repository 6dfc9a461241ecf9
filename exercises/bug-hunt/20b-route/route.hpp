// A route is planned in the background. The screen asks for it each time that it is drawn.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace promissory {

struct Route {
  std::vector<std::string> turns;
  int minutes = 0;
};

/// Plans a route. May take its time, throws nothing.
using Planner = std::function<Route(const std::string& destination)>;

/// The way to one destination. All members are thread-safe; the destructor waits for the planner.
class Navigation {
 public:
  /// Begins to plan. Does not wait.
  Navigation(Planner planner, std::string destination)
      : destination_(std::move(destination)), thread_([this, planner = std::move(planner)] {
          route_ = planner(destination_);
          is_planned_.store(true, std::memory_order_relaxed);
        }) {}

  const std::string& destination() const { return destination_; }

  /// Does not wait, and takes no lock: the screen is drawn sixty times a second.
  /// @return nothing while the route is not planned
  std::optional<Route> route() const {
    if (!is_planned_.load(std::memory_order_acquire)) return std::nullopt;
    return route_;
  }

  /// What the screen shows.
  std::string text() const {
    const auto route = this->route();
    if (!route) return "planning the way to " + destination_;
    std::string text = destination_ + ", " + std::to_string(route->minutes) + " min";
    for (const auto& turn : route->turns) text += "\n" + turn;
    return text;
  }

 private:
  const std::string destination_;
  Route route_;
  std::atomic<bool> is_planned_{false};
  std::jthread thread_;
};

}  // namespace promissory
