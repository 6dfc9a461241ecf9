// The level of a river, measured by a gauge that lets everybody know who has asked to be told.
#pragma once

#include <chrono>
#include <functional>
#include <latch>
#include <memory>
#include <stdexcept>
#include <utility>

namespace promissory {

/// What the gauge has measured.
struct Level {
  double metres = 0;
  std::chrono::system_clock::time_point when;
};

/// A gauge. Measures once.
class Gauge {
 public:
  virtual ~Gauge() = default;
  /// Does not wait. Every listener is called once, when the level is measured, each in a thread of
  /// its own.
  virtual void when_measured(std::function<void(const Level&)> listener) = 0;
};

/// The level at a barrage. All members are thread-safe, and it may go before the gauge has
/// measured.
class RiverLevel {
 public:
  /// @param gauge need not be there any longer than this call lasts
  explicit RiverLevel(Gauge& gauge) {
    gauge.when_measured([reading = reading_](const Level& level) { reading->level = level; });
    gauge.when_measured([reading = reading_](const Level&) { reading->is_there.count_down(); });
  }

  /// Waits until the level is measured.
  Level level() const {
    reading_->is_there.wait();
    return reading_->level;
  }

  /// Waits until the level is measured.
  /// @param most metres, at which the barrage must be closed
  /// @throws std::invalid_argument when it is always too high
  bool must_close(double most) const {
    if (most <= 0) throw std::invalid_argument("a river is always higher than that");
    return level().metres >= most;
  }

 private:
  struct Reading {
    Level level;
    std::latch is_there{1};
  };

  const std::shared_ptr<Reading> reading_ = std::make_shared<Reading>();
};

}  // namespace promissory
