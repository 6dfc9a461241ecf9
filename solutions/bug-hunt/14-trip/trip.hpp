// What a trip costs: a flight, a hotel, a car, whatever belongs to it. All are searched for at the
// same time, and without one of them there is no trip.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

/// One part of a trip.
struct Part {
  std::string name;
  /// Searches for the best price. May take its time, may throw. A stop ends it soon: then it throws
  /// std::system_error (operation_canceled).
  std::function<int(const std::stop_token& stop)> search;
};

/// Makes offers. Thread-safe, as far as the searches are.
class TripPlanner {
 public:
  /// Waits for the searches, in the order of the parts, and gives up with the first that fails.
  /// @param stop the customer has gone away
  /// @return the price of the whole trip
  /// @throws what that search has thrown
  /// @throws std::system_error (operation_canceled) when `stop` is requested first
  int price(const std::vector<Part>& parts, const std::stop_token& stop = {}) const {
    std::vector<Price> prices;
    // Stopped and waited for, whichever way this function is left.
    std::vector<std::jthread> searches;
    for (const auto& part : parts) {
      const auto price = house::Outcome<int>::make("the price of a part");
      searches.emplace_back(
          [price, part](const std::stop_token& over) { search(part, over, *price); });
      prices.push_back(price);
    }
    int total = 0;
    for (const auto& price : prices) total += price->await(stop);
    return total;
  }

 private:
  using Price = std::shared_ptr<const house::Outcome<int>>;

  static void search(const Part& part, const std::stop_token& stop, house::Outcome<int>& price) {
    try {
      price.put(part.search(stop));
    } catch (...) {
      price.fail(std::current_exception());
    }
  }
};

}  // namespace promissory
