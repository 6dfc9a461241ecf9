// A value that lets a test act while the code under test is storing it.
#pragma once

#include <functional>
#include <utility>

namespace promissory::support {

/// Runs a hook when it is moved for the first time, and never again. Whoever stores the value is
/// then in the middle of it: perhaps inside a lock, perhaps with a flag set that promises too much.
/// The hook may wait for another thread to do something or to be parked, but not for the code under
/// test to finish.
class HookedMove {
 public:
  HookedMove(int number, std::function<void()> hook) : value(number), hook_(std::move(hook)) {}

  HookedMove(HookedMove&& other) : value(other.value) {  // NOLINT(performance-noexcept-*)
    // Taken out first, so that the hook itself may move values about.
    if (auto hook = std::exchange(other.hook_, nullptr)) hook();
  }
  HookedMove& operator=(HookedMove&&) = delete;
  HookedMove(const HookedMove&) = delete;
  HookedMove& operator=(const HookedMove&) = delete;
  ~HookedMove() = default;

  const int value;

 private:
  std::function<void()> hook_;
};

}  // namespace promissory::support
