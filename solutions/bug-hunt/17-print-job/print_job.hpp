// A job of the printer in the hall. The status line wants to know when it is done, the cashier how
// many pages it has used.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "bug-hunt/house/outcome.hpp"
#include "bug-hunt/house/slot.hpp"

namespace promissory {

/// Prints a text and returns the number of pages. May take its time, may throw (paper jams do).
using Printer = std::function<int(const std::string& text)>;

/// Said when a job is over.
struct Done {};

/// One job. All members are thread-safe; a job may be thrown away while it is still being printed.
class PrintJob {
 public:
  using Bell = std::shared_ptr<house::Slot<Done>>;

  /// Begins to print. Does not wait.
  PrintJob(Printer printer, std::string text) {
    std::thread([pages = pages_, printer = std::move(printer), text = std::move(text)] {
      try {
        pages->put(printer(text));
      } catch (...) {
        pages->fail(std::current_exception());
      }
    }).detach();
  }

  /// Does not wait.
  /// @return rings when the job is over, one way or the other; a bell for each call
  Bell done() const {
    auto bell = house::Slot<Done>::make("the end of a print job");
    std::thread([bell, pages = pages_] {
      try {
        pages->await();
      } catch (const std::exception&) {
        // Whoever asks for the pages is told why there are none.
      }
      bell->put({});
    }).detach();
    return bell;
  }

  /// Waits for the end of the job.
  /// @throws what the printer has thrown
  int pages() const { return pages_->await(); }

 private:
  using Pages = house::Outcome<int>;

  std::shared_ptr<Pages> pages_ = Pages::make("the pages of a print job");
};

}  // namespace promissory
