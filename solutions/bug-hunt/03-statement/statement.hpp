// A bank statement is typeset page by page, all pages at the same time, and bound in their order.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/slot.hpp"

namespace promissory {

/// Typesets one page. Called from many threads at once.
using Typeset = std::function<std::string(int page)>;

/// Which pages of the archive a statement is made of.
struct PageRange {
  int first = 1;
  int count = 0;
};

/// Prints statements. Thread-safe, as far as its typesetter is.
class StatementPrinter {
 public:
  explicit StatementPrinter(Typeset typeset) : typeset_(std::move(typeset)) {}

  /// Typesets all pages of the range at the same time.
  /// @return the pages, in their order
  /// @throws what the typesetter throws, of the first page that it throws for
  std::vector<std::string> print(PageRange range) const {
    std::vector<std::shared_ptr<house::Slot<std::string>>> pages;
    std::vector<std::jthread> presses;
    for (int offset = 0; offset < range.count; ++offset) {
      auto page = house::Slot<std::string>::make("a page of the statement");
      pages.push_back(page);
      presses.emplace_back([this, page, number = range.first + offset] { press(number, *page); });
    }
    return bind(pages);
  }

 private:
  void press(int number, house::Slot<std::string>& page) const {
    try {
      page.put(typeset_(number));
    } catch (...) {
      page.fail(std::current_exception());
    }
  }

  static std::vector<std::string> bind(
      const std::vector<std::shared_ptr<house::Slot<std::string>>>& pages) {
    std::vector<std::string> bound;
    for (const auto& page : pages) bound.push_back(page->take());
    return bound;
  }

  Typeset typeset_;
};

}  // namespace promissory
