#include "hunt/instrument.hpp"

#include <algorithm>

namespace promissory::grading {
namespace {

bool any(const Stage& stage, bool (*is_it)(const TestResult& test)) {
  return std::ranges::any_of(stage.tests, is_it);
}

bool tells(const TestResult& test, const char* words) {
  return test.detail.find(words) != std::string::npos;
}

// The words are those of tests/support: leak_checker.cpp and promise_ledger.cpp.
constexpr const char* a_thread = "outlived ";
constexpr const char* a_promise = "was neither kept nor broken";

bool tsan_sees(const Stage& stage) {
  return any(stage, [](const auto& test) { return test.outcome == Outcome::race; });
}

bool asan_sees(const Stage& stage) {
  return any(stage, [](const auto& test) {
    return test.outcome == Outcome::memory ||
           (test.outcome == Outcome::leak && tells(test, "LeakSanitizer"));
  });
}

bool threads_are_left(const Stage& stage) {
  return any(stage, [](const auto& test) {
    return test.outcome != Outcome::hung && tells(test, a_thread);
  });
}

bool promises_are_left(const Stage& stage) {
  return any(stage, [](const auto& test) { return tells(test, a_promise); });
}

bool waiters_sleep_for_nothing(const Stage& stage) {
  return any(stage, [](const auto& test) {
    return test.outcome == Outcome::hung && !tells(test, a_promise);
  });
}

bool hangs(const Stage& stage) {
  return any(stage, [](const auto& test) { return test.outcome == Outcome::hung; });
}

bool asserts(const Stage& stage) {
  return any(stage, [](const auto& test) { return test.outcome == Outcome::failed; });
}

bool terminates(const Stage& stage) {
  return any(stage, [](const auto& test) { return test.outcome == Outcome::terminated; });
}

bool does_not_compile(const Stage& stage) {
  return stage.diagnostic.message.find("static assertion") != std::string::npos;
}

bool fails(const Stage& stage) {
  return any(stage, [](const auto& test) { return test.failed(); });
}

}  // namespace

const std::vector<Instrument>& instruments() {
  static const std::vector<Instrument> all{
      {"tsan", "tsan", tsan_sees},
      {"asan", "asan", asan_sees},
      {"threads", "plain", threads_are_left},
      {"promises", "plain", promises_are_left},
      {"waiters", "plain", waiters_sleep_for_nothing},
      {"watchdog", "plain", hangs},
      {"assertion", "plain", asserts, false},
      {"terminate", "plain", terminates},
      {"types", "plain", does_not_compile, false},
      {"explore", "explore", fails},
  };
  return all;
}

std::vector<Instrument> instruments_called(const std::string& name) {
  std::vector<Instrument> called;
  for (const auto& instrument : instruments()) {
    const bool is_leak = instrument.name == "threads" || instrument.name == "promises";
    if (instrument.name == name || (name == "leak" && is_leak)) called.push_back(instrument);
  }
  return called;
}

}  // namespace promissory::grading
