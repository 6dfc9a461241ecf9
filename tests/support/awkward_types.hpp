// Values that are hard to carry: the hidden tests send them through every future.
#pragma once

#include <atomic>
#include <memory>
#include <stdexcept>
#include <utility>

namespace promissory::support {

/// Can be moved, never copied.
struct MoveOnly {
  explicit MoveOnly(int number) : value(std::make_unique<int>(number)) {}
  std::unique_ptr<int> value;
};

/// Has no default constructor and no assignment.
struct NoDefault {
  explicit NoDefault(int number) : value(number) {}
  NoDefault(const NoDefault&) = default;
  NoDefault(NoDefault&&) = default;
  NoDefault& operator=(const NoDefault&) = delete;
  NoDefault& operator=(NoDefault&&) = delete;
  ~NoDefault() = default;
  const int value;
};

/// Throws std::runtime_error("copy") when it is copied and std::runtime_error("move") when it is
/// moved while armed.
struct ThrowsOnMove {
  explicit ThrowsOnMove(int number, bool is_armed = true) : value(number), armed(is_armed) {}
  ThrowsOnMove(const ThrowsOnMove& other) : value(other.value), armed(other.armed) {
    if (armed) throw std::runtime_error("copy");
  }
  ThrowsOnMove(ThrowsOnMove&& other) : value(other.value), armed(other.armed) {  // NOLINT
    if (armed) throw std::runtime_error("move");
  }
  ThrowsOnMove& operator=(const ThrowsOnMove&) = delete;
  ThrowsOnMove& operator=(ThrowsOnMove&&) = delete;
  ~ThrowsOnMove() = default;
  int value;
  bool armed;
};

/// Counts its living instances: what is still alive at the end of a test was leaked. The counter is
/// relaxed, so that it orders nothing and hides no race from TSan.
class Counted {
 public:
  explicit Counted(std::atomic<int>& alive, int number = 0) : alive_(&alive), value(number) {
    alive_->fetch_add(1, std::memory_order_relaxed);
  }
  Counted(const Counted& other) : alive_(other.alive_), value(other.value) {
    alive_->fetch_add(1, std::memory_order_relaxed);
  }
  Counted& operator=(const Counted&) = default;
  ~Counted() { alive_->fetch_sub(1, std::memory_order_relaxed); }

 private:
  std::atomic<int>* alive_;

 public:
  int value;
};

}  // namespace promissory::support
