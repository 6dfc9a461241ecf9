// What goes through a chain and weighs something: how much is alive at once is counted, not timed.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace promissory::support {

/// How many parcels are alive, and the most there have been at once. Relaxed: it orders nothing and
/// hides no race from TSan.
class Scale {
 public:
  void put_on() {
    const int now = alive_.fetch_add(1, std::memory_order_relaxed) + 1;
    int highest = highest_.load(std::memory_order_relaxed);
    while (now > highest &&
           !highest_.compare_exchange_weak(highest, now, std::memory_order_relaxed)) {
    }
  }
  void take_off() { alive_.fetch_sub(1, std::memory_order_relaxed); }

  int alive() const { return alive_.load(std::memory_order_relaxed); }
  int highest() const { return highest_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int> alive_{0};
  std::atomic<int> highest_{0};
};

/// Lies on a scale from its construction to its end; one that was moved from is empty and weighs
/// nothing. Can be moved, never copied.
class Parcel {
 public:
  Parcel(Scale& scale, int number_) : number(number_), scale_(&scale) { scale.put_on(); }
  Parcel(Parcel&& other) noexcept
      : number(other.number), scale_(std::exchange(other.scale_, nullptr)) {}
  Parcel& operator=(Parcel&& other) noexcept {
    std::swap(number, other.number);
    std::swap(scale_, other.scale_);
    return *this;
  }
  ~Parcel() {
    if (scale_) scale_->take_off();
  }

  int number;

 private:
  Scale* scale_;
};

}  // namespace promissory::support
