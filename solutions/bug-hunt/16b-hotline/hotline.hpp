// Advice by telephone. A caller may hang up at any time; what the expert finds out then is of no
// use to anybody.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "bug-hunt/house/slot.hpp"

namespace promissory {

/// Knows an answer to every question. May take its time, throws nothing; called from many threads.
using Expert = std::function<std::string(const std::string& question)>;

/// How a day at the telephone was.
struct Calls {
  int answered = 0;
  int hung_up = 0;

  bool operator==(const Calls&) const = default;
};

/// Answers questions. All members are thread-safe, and it may go while an expert still thinks.
class Hotline {
 public:
  explicit Hotline(Expert expert) : expert_(std::move(expert)) {}

  /// Waits for the advice of an expert.
  /// @param hang_up ends the call
  /// @throws std::system_error (operation_canceled) when the caller hangs up first
  std::string ask(const std::string& question, const std::stop_token& hang_up) {
    const auto advice = house::Slot<std::string>::make("an expert's advice");
    std::thread([advice, expert = expert_, question] { advice->put(expert(question)); }).detach();
    try {
      auto text = advice->take(hang_up);
      count(&Calls::answered);
      return text;
    } catch (const std::system_error&) {
      count(&Calls::hung_up);
      throw;
    }
  }

  Calls calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  void count(int Calls::*what) {
    const std::lock_guard lock(mutex_);
    ++(calls_.*what);
  }

  const Expert expert_;
  mutable std::mutex mutex_;
  Calls calls_;
};

}  // namespace promissory
