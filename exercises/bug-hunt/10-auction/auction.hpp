// A lot at an auction. Everybody in the room is told what it was sold for, and to whom.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

struct Sale {
  std::string bidder;
  int price = 0;
};

/// The lot found no buyer.
struct Unsold : std::runtime_error {
  Unsold() : std::runtime_error("the lot was not sold") {}
};

/// One lot. All members are thread-safe.
class Auction {
 public:
  /// How the sale ends: await() is the way to wait for it.
  using Result = std::shared_ptr<house::Outcome<Sale>>;

  /// @param reserve no lower bid is taken
  explicit Auction(int reserve) : reserve_(reserve) {}

  /// Lets somebody into the room. Does not wait.
  /// @param guest is called with the result, which he may keep
  template <class Guest>
  void admit(Guest guest) {
    guest(Result(result_));
    const std::lock_guard lock(mutex_);
    ++guests_;
  }

  /// @return false for a bid that is not higher than all before, or comes behind the hammer
  bool bid(const std::string& bidder, int price) {
    const std::lock_guard lock(mutex_);
    if (is_over_ || price < reserve_ || (best_ && price <= best_->price)) return false;
    best_ = Sale{bidder, price};
    return true;
  }

  /// The hammer falls: the highest bid has won. Again is as good as once.
  void close() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_over_, true)) return;
    best_ ? result_->put(*best_) : result_->fail(std::make_exception_ptr(Unsold()));
  }

  std::size_t guests() const {
    const std::lock_guard lock(mutex_);
    return guests_;
  }

 private:
  const int reserve_;
  const std::shared_ptr<house::Outcome<Sale>> result_ =
      house::Outcome<Sale>::make("the sale of the lot");
  mutable std::mutex mutex_;
  std::optional<Sale> best_;
  bool is_over_ = false;
  std::size_t guests_ = 0;
};

}  // namespace promissory
