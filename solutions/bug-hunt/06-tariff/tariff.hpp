// What a night costs. The table of prices is loaded when somebody asks for the first time.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <latch>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace promissory {

/// The prices of one hotel. All members are thread-safe.
class Tariff {
 public:
  using Prices = std::map<std::string, int>;

  /// @param load is called once, in the thread of whoever asks first. May take its time, may throw.
  explicit Tariff(std::function<Prices()> load) : load_(std::move(load)) {}

  /// Waits until the table is there.
  /// @return the price of a night in that kind of room, for so many guests
  /// @throws std::out_of_range when there is no such room
  /// @throws what loading the table has thrown, whoever asks
  int price(const std::string& room, int guests) {
    const auto& prices = table();
    const auto found = prices.find(room);
    if (found == prices.end()) throw std::out_of_range("we have no room called " + room);
    return found->second + guests * breakfast(prices);
  }

 private:
  static int breakfast(const Prices& prices) {
    const auto found = prices.find("breakfast");
    return found == prices.end() ? 0 : found->second;
  }

  const Prices& table() {
    if (!begun_.test_and_set()) {
      load();
      loaded_.count_down();
    }
    loaded_.wait();
    if (error_) std::rethrow_exception(error_);
    return prices_;
  }

  void load() {
    try {
      prices_ = load_();
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  const std::function<Prices()> load_;
  std::atomic_flag begun_;
  std::latch loaded_{1};
  // Written before loaded_ says so, and never again.
  Prices prices_;
  std::exception_ptr error_;
};

}  // namespace promissory
