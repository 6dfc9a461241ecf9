// Something to be done when a scope or an object ends.
#pragma once

#include <functional>
#include <utility>

namespace promissory::support {

/// Runs a function when it is destroyed, unless it was moved from.
class AtTheEnd {
 public:
  explicit AtTheEnd(std::function<void()> act) : act_(std::move(act)) {}
  AtTheEnd(AtTheEnd&& other) noexcept : act_(std::exchange(other.act_, nullptr)) {}
  AtTheEnd& operator=(AtTheEnd&&) = delete;
  ~AtTheEnd() {
    if (act_) act_();
  }

 private:
  std::function<void()> act_;
};

}  // namespace promissory::support
