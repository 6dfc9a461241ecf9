// The address of each order is checked by the post while the customer pays.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

/// Returns the address as the post writes it. May take its time; throws for one that it does not
/// know.
using Post = std::function<std::string(const std::string& address)>;

/// Writes a line for those who look after the shop. Thread-safe.
using Log = std::function<void(const std::string& line)>;

/// The addresses of all orders. All members are thread-safe.
class AddressCheck {
 public:
  AddressCheck(Post post, Log log) : post_(std::move(post)), log_(std::move(log)) {}

  /// Begins to check the address of an order. Does not wait.
  void begin(int order, const std::string& address) {
    const auto checked = house::Outcome<std::string>::make("a checked address");
    {
      const std::lock_guard lock(mutex_);
      orders_[order] = checked;
    }
    std::thread([order, address, checked, post = post_, log = log_] {
      try {
        checked->put(post(address));
        log("order " + std::to_string(order) + ": address checked");
      } catch (const std::exception& error) {
        log("order " + std::to_string(order) + ": address not checked: " + error.what());
        checked->fail(std::current_exception());
      }
    }).detach();
  }

  /// Waits until the address is checked.
  /// @throws std::out_of_range for an order whose check was not begun
  /// @throws what the post has thrown
  std::string address(int order) const { return find(order)->await(); }

  /// For the status page.
  bool is_checked(int order) const { return find(order)->is_ready(); }

 private:
  using Checked = std::shared_ptr<const house::Outcome<std::string>>;

  Checked find(int order) const {
    const std::lock_guard lock(mutex_);
    const auto found = orders_.find(order);
    if (found == orders_.end()) throw std::out_of_range("order " + std::to_string(order));
    return found->second;
  }

  const Post post_;
  const Log log_;
  mutable std::mutex mutex_;
  std::map<int, Checked> orders_;
};

}  // namespace promissory
