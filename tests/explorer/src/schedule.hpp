// One schedule, run in a child process.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "expectations.hpp"
#include "explorer.hpp"
#include "record.hpp"

namespace promissory::explorer {

/// What makes a schedule what it is; the same recipe gives the same schedule.
struct Recipe {
  Strategy strategy = Strategy::mix;
  std::uint64_t seed = 1;
  int schedule = 0;
  std::vector<Choice> choices{};  ///< forced, in this order, before the strategy decides
  std::uint32_t sleeping = 0;
  bool wants_detail = false;
  Access watched{};  ///< of a race, or with only a pc: the site of a leak
};

class ScheduleRunner {
 public:
  ScheduleRunner(const Options& options, const std::function<void()>& body);
  ~ScheduleRunner();
  ScheduleRunner(const ScheduleRunner&) = delete;
  ScheduleRunner& operator=(const ScheduleRunner&) = delete;

  /// Runs it. The record is good until the next call.
  const Record& run(const Recipe& recipe);
  /// Runs it in this process, for a debugger.
  const Record& run_here(const Recipe& recipe);
  /// Two accesses that are no race although they look like one.
  void suppress(Address pc);
  const Record& record() const { return *record_; }

 private:
  void prepare(const Recipe& recipe);
  void wait_for(int child);

  const Options& options_;
  const std::function<void()>& body_;
  Record* record_;
  rlimit core_limit_{};
  const expectations::Interception interception_;
  int null_ = -1;
};

const char* name_of(Strategy strategy);
/// Throws std::invalid_argument.
Strategy strategy_named(const std::string& name);
const char* name_of(Kind kind);

}  // namespace promissory::explorer
