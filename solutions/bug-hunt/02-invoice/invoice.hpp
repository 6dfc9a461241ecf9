// Invoices in the customer's own currency. The bank is asked for the rate of the day as soon as the
// invoice is begun, and answers while the clerk still adds to it.
#pragma once

#include <cmath>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

/// What one unit of our currency is worth in another one. May take its time, may throw.
using Bank = std::function<double(const std::string& currency)>;

struct Item {
  std::string name;
  long long cents = 0;  // in our own currency
};

/// One invoice. To be used by one thread.
class Invoice {
 public:
  /// Asks the bank. Does not wait.
  Invoice(Bank bank, std::string currency) : currency_(std::move(currency)) {
    std::thread([rate = rate_, bank = std::move(bank), currency = currency_] {
      try {
        rate->put(bank(currency));
      } catch (...) {
        rate->fail(std::current_exception());
      }
    }).detach();
  }

  void add(Item item) { items_.push_back(std::move(item)); }

  /// Waits for the bank if need be. Can be called again, for a copy.
  /// @return a line for each item, "name: amount currency", and one for the total
  /// @throws what the bank throws
  std::string text() const {
    std::string text;
    long long total = 0;
    for (const auto& item : items_) {
      const auto amount = converted(item.cents);
      text += item.name + ": " + std::to_string(amount) + " " + currency_ + "\n";
      total += amount;
    }
    return text + "total: " + std::to_string(total) + " " + currency_ + "\n";
  }

 private:
  long long converted(long long cents) const {
    return std::llround(static_cast<double>(cents) * rate_->await());
  }

  using Rate = house::Outcome<double>;

  std::string currency_;
  std::vector<Item> items_;
  std::shared_ptr<Rate> rate_ = Rate::make("the rate of the day");
};

}  // namespace promissory
