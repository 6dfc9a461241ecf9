// Results from the laboratory. An analysis takes as long as it takes, a doctor as long as she can.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "bug-hunt/house/slot.hpp"

namespace promissory {

/// Analyses a sample: a value, or nothing when the sample is spoilt. May take its time, throws
/// nothing.
using Analysis = std::function<std::optional<double>(const std::string& sample)>;

/// The result was not there in time.
struct NotInTime : std::runtime_error {
  NotInTime() : std::runtime_error("the result is not there yet") {}
};

/// Where samples are sent. All members are thread-safe.
class Laboratory {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using Result = std::shared_ptr<house::Slot<std::optional<double>>>;

  explicit Laboratory(Analysis analysis) : analysis_(std::move(analysis)) {}

  /// Begins to analyse a sample. Does not wait.
  Result send(std::string sample) const {
    auto result = house::Slot<std::optional<double>>::make("a result of the laboratory");
    std::thread([result, analysis = analysis_, sample = std::move(sample)] {
      const auto value = analysis(sample);
      result->put(value);
    }).detach();
    return result;
  }

  /// Waits for a result, which can be read once.
  /// @throws NotInTime when it is not there within `patience`; one may come back for it
  std::optional<double> read(const Result& result, Duration patience) {
    if (const auto value = result->take_for(patience)) return *value;
    result->fail(std::make_exception_ptr(NotInTime()));
    count_late();
    throw NotInTime();
  }

  /// How often a doctor has waited in vain.
  int late() const {
    const std::lock_guard lock(mutex_);
    return late_;
  }

 private:
  void count_late() {
    const std::lock_guard lock(mutex_);
    ++late_;
  }

  const Analysis analysis_;
  mutable std::mutex mutex_;
  int late_ = 0;
};

}  // namespace promissory
