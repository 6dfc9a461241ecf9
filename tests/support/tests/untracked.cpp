// The same function twice, from one text: through a tracker that is switched off, and without one.
// untracked_test.py compares the machine code.
#include <string>
#include <utility>

#include "12-leak-tracker/tracker.hpp"

struct Asks {
#ifdef THROUGH_A_TRACKER
  promissory::Tracker tracker;
#endif
  int question;
};

std::pair<promissory::Future<std::string>, promissory::Resolver<std::string>> make(
    [[maybe_unused]] Asks& asks) {
#ifdef THROUGH_A_TRACKER
  return asks.tracker.make_future<std::string>("a name that is longer than small strings are");
#else
  return promissory::make_future<std::string>();
#endif
}

promissory::Future<int> start([[maybe_unused]] Asks& asks, int number) {
  auto work = [number] { return number + 1; };
#ifdef THROUGH_A_TRACKER
  return asks.tracker.go(work, "a name that is longer than small strings are");
#else
  return promissory::go(work);
#endif
}
