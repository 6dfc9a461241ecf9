// Prints what a tracker gives a Prometheus server; scrape_test.py reads it with a real parser.
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "12-leak-tracker/tracker.hpp"
#include "support/manual_clock.hpp"
#include "support/metrics_text.hpp"

int main() {
  promissory::support::ManualClock clock;
  promissory::Tracker tracker([&] { return clock.now(); });
  for (const char* name :
       {"user", "", "back\\slash", "\"quoted\"", "two\nlines", "größer {x=\"1\"}"}) {
    auto resolved = tracker.make_future<int>(name);
    auto rejected = tracker.make_future<int>(name);
    auto dropped = tracker.make_future<int>(name);
    clock.advance(std::chrono::microseconds(1500));
    resolved.second.resolve(1);
    clock.advance(std::chrono::milliseconds(250));
    rejected.second.reject(std::make_exception_ptr(std::runtime_error("no route")));
    clock.advance(std::chrono::hours(1));
  }
  auto pending = tracker.make_future<int>("user");
  const std::string text = tracker.metrics();
  const promissory::support::MetricsText read_by_the_tests(text);
  std::fputs(text.c_str(), stdout);
  std::fprintf(stderr, "%zu\n", read_by_the_tests.size());
}
