// A buyer asks every supplier for a price at the same time, and takes the offers as they come in.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/queue.hpp"

namespace promissory {

struct Quote {
  std::string supplier;
  int cents = 0;
};

struct Supplier {
  std::string name;
  /// The price of an article; nothing when it is not in stock. May take its time, throws nothing.
  std::function<std::optional<int>(const std::string& article)> price;
};

/// Asks suppliers for prices. Thread-safe, as far as they are.
class Buyer {
 public:
  using Offers = std::shared_ptr<house::Queue<Quote>>;

  explicit Buyer(std::vector<Supplier> suppliers) : suppliers_(std::move(suppliers)) {}

  /// Asks everybody. Does not wait.
  /// @return the offers, in the order in which they come in, until everybody has answered
  Offers ask(const std::string& article) const {
    auto offers = house::Queue<Quote>::make("the offers");
    // The last thread to let go of it closes the queue, whatever the suppliers answered.
    const std::shared_ptr<void> all(nullptr, [offers](void*) { offers->close(); });
    for (const auto& supplier : suppliers_) {
      std::thread([offers, all, supplier, article] {
        const auto cents = supplier.price(article);
        if (cents) offers->put({supplier.name, *cents});
      }).detach();
    }
    return offers;
  }

  /// Waits until everybody has answered.
  /// @param seen is shown each offer as soon as it is there
  /// @return the lowest offer, of equal ones the first; nothing when nobody has the article
  std::optional<Quote> cheapest(
      const std::string& article,
      const std::function<void(const Quote&)>& seen = [](const Quote&) {}) const {
    const auto offers = ask(article);
    std::optional<Quote> best;
    while (const auto quote = offers->take()) {
      seen(*quote);
      if (!best || quote->cents < best->cents) best = *quote;
    }
    return best;
  }

 private:
  std::vector<Supplier> suppliers_;
};

}  // namespace promissory
