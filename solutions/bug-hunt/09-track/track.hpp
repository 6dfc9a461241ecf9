// A track of a hike is decoded in the background, point by point, and can be drawn meanwhile.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

#include "bug-hunt/house/queue.hpp"

namespace promissory {

/// Metres east and north of where the map begins.
struct Point {
  double east = 0;
  double north = 0;
};

/// The points of a track, as they are decoded; no more of them after the last one.
using Points = std::shared_ptr<house::Queue<Point>>;

/// Begins to decode a track. Does not wait. A track may be cut off, as when a battery was empty:
/// what comes before counts.
/// @param text two numbers for each point, up to a full stop or the end
inline Points decode(std::string text) {
  auto points = house::Queue<Point>::make("the points of a track");
  std::thread([points, text = std::move(text)] {
    // However the thread ends: a track that is cut off ends, too.
    const std::shared_ptr<void> end(nullptr, [&](void*) { points->close(); });
    std::istringstream in(text);
    Point point;
    while (in >> point.east) {
      if (!(in >> point.north)) return;
      points->put(point);
    }
  }).detach();
  return points;
}

/// What the map shows below a track.
struct Summary {
  int points = 0;
  double metres = 0;
};

/// Waits for the whole track.
/// @param draw is shown each point as soon as it is decoded
inline Summary follow(
    const Points& points, const std::function<void(const Point&)>& draw = [](const Point&) {}) {
  Summary summary;
  std::optional<Point> last;
  while (const auto point = points->take()) {
    draw(*point);
    ++summary.points;
    if (last) summary.metres += std::hypot(point->east - last->east, point->north - last->north);
    last = point;
  }
  return summary;
}

}  // namespace promissory
