// The loop over schedules, and what is done with the one that failed.
#include <dirent.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "explorer.hpp"
#include "failure_of.hpp"
#include "guard.hpp"
#include "report.hpp"
#include "schedule.hpp"
#include "search.hpp"
#include "support/report_file.hpp"
#include "symbols.hpp"
#include "world.hpp"

namespace promissory::explorer {
namespace {

/// After a lock-order cycle, so many more schedules may show the deadlock itself.
constexpr int wait_for_worse = 300;
/// How long the search for a simpler schedule may be.
constexpr int simplify_runs = 400;
constexpr int simplify_bound = 2;
/// To know what a body loses in any case.
constexpr int usual_runs = 50;

/// Here, where no linker can leave it out.
__attribute__((constructor)) void check_at_start() {
  guard::check_link();
}

const char* setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

struct Replay {
  bool is_wanted = false;
  Strategy strategy = Strategy::mix;
  std::uint64_t seed = 1;
  int schedule = 0;
};

/// "mix:1:37"
Replay replay_of(const char* text) {
  const std::string given = text;
  const std::size_t first = given.find(':');
  const std::size_t second = given.find(':', first + 1);
  if (second == std::string::npos) {
    throw std::invalid_argument("\"" + given +
                                "\" is not of the form strategy:seed:schedule, as in mix:1:37");
  }
  return {true, strategy_named(given.substr(0, first)),
          std::strtoull(given.c_str() + first + 1, nullptr, 10),
          std::atoi(given.c_str() + second + 1)};
}

/// What the environment says goes before what the test says.
Options as_asked(Options options, Replay& replay) {
  if (const char* text = setting("PROMISSORY_EXPLORE_SCHEDULES"))
    options.schedules = std::atoi(text);
  if (const char* text = setting("PROMISSORY_EXPLORE_SEED"))
    options.seed = std::strtoull(text, nullptr, 10);
  if (const char* text = setting("PROMISSORY_EXPLORE_STRATEGY"))
    options.strategy = strategy_named(text);
  if (const char* text = setting("PROMISSORY_EXPLORE_REPLAY")) {
    replay = replay_of(text);
    options.strategy = replay.strategy;
    options.seed = replay.seed;
  }
  return options;
}

std::string running_test() {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  return test == nullptr ? std::string{}
                         : fmt::format("{}.{}", test->test_suite_name(), test->name());
}

int live_threads() {
  int count = 0;
  if (DIR* const folder = opendir("/proc/self/task")) {
    while (const dirent* entry = readdir(folder)) count += entry->d_name[0] == '.' ? 0 : 1;
    closedir(folder);
  }
  return count;
}

/// An exhaustive schedule can be had again only with all its choices; the others by their number.
Recipe exact(Recipe recipe, const Record& record) {
  if (recipe.strategy == Strategy::exhaustive) {
    recipe.choices.assign(record.choice, record.choice + record.choices);
    recipe.sleeping = 0;
  }
  return recipe;
}

/// What every schedule loses is how the program is; what some lose is a leak.
class Leaks {
 public:
  void learn(const Record& record, const Recipe& recipe) {
    ++schedules_;
    for (int i = 0; i < record.leaks; ++i) {
      Site& site = sites_[record.leak[i].site];
      const int blocks = static_cast<int>(record.leak[i].blocks);
      if (site.seen == 0 || blocks < site.least) site.least = blocks;
      if (blocks > site.most) {
        site.most = blocks;
        site.recipe = exact(recipe, record);
      }
      ++site.seen;
    }
  }

  /// A schedule that leaks where others do not; null when there is none.
  const Recipe* found(Address& site) const {
    for (const auto& [address, it] : sites_) {
      const int least = it.seen < schedules_ ? 0 : it.least;
      if (it.most > least) {
        site = address;
        return &it.recipe;
      }
    }
    return nullptr;
  }

 private:
  struct Site {
    int seen = 0;
    int least = 0;
    int most = 0;
    Recipe recipe;
  };
  int schedules_ = 0;
  std::map<Address, Site> sites_;
};

class Exploration {
 public:
  Exploration(const Options& options, const std::function<void()>& body)
      : options_(as_asked(options, replay_)), body_(body), runner_(options_, body_) {}

  Result run(std::set<std::string>* outcomes) {
    outcomes_ = outcomes;
    if (options_.strategy == Strategy::exhaustive) {
      search();
    } else {
      sample();
    }
    if (!failed_ && soft_) failed_ = soft_;
    if (!failed_ && options_.leaks) find_leak();
    if (failed_) {
      result_.exhausted = false;
      explain();
    }
    return std::move(result_);
  }

 private:
  void sample() {
    const int first = replay_.is_wanted ? replay_.schedule : 0;
    const int end = replay_.is_wanted ? first + 1 : options_.schedules;
    int worse_until = end;
    for (int i = first; i < end && i < worse_until; ++i) {
      const Recipe recipe{.strategy = options_.strategy, .seed = options_.seed, .schedule = i};
      if (attempt(recipe)) return;
      if (soft_ && worse_until == end) worse_until = std::min(end, i + wait_for_worse);
    }
    if (replay_.is_wanted && runner_.record().leaks > 0) learn_what_is_usually_lost();
  }

  /// What one schedule loses is a leak only beside others that do not lose it.
  void learn_what_is_usually_lost() {
    for (int i = 0; i < usual_runs; ++i) {
      const Recipe recipe{.strategy = options_.strategy, .seed = options_.seed, .schedule = i};
      const Record& record = runner_.run(recipe);
      if (record.end == End::passed) leaks_.learn(record, recipe);
    }
  }

  void search() {
    Search search(options_.preemptions, options_.sleep_sets);
    const int end = replay_.is_wanted ? replay_.schedule + 1 : options_.schedules;
    bool had_spin = false;
    for (int i = 0; i < end; ++i) {
      Recipe recipe = search.next();
      recipe.schedule = i;
      if (attempt(recipe)) return;
      had_spin = had_spin || runner_.record().had_spin;
      if (!search.learn(runner_.record())) {
        result_.exhausted = !had_spin && options_.preemptions < 0;
        if (had_spin) {
          result_.why_not_exhausted =
              "threads spin or yield, and not every length of a spin was tried";
        } else if (options_.preemptions >= 0) {
          result_.why_not_exhausted = fmt::format(
              "only schedules with at most {} preemptions were tried", options_.preemptions);
        }
        return;
      }
    }
    result_.why_not_exhausted = fmt::format("{} schedules were not enough", options_.schedules);
  }

  /// True: it failed, and that is the end.
  bool attempt(const Recipe& recipe) {
    const Record* record = &runner_.run(recipe);
    while (record->kind == Kind::data_race && is_false_alarm(*record))
      record = &runner_.run(recipe);
    if (record->end == End::diverged) {
      throw std::logic_error(
          "the explored body is not deterministic: the same choices led elsewhere");
    }
    if (record->end != End::pruned) ++result_.schedules;
    result_.steps += record->steps;
    if (record->end == End::passed) {
      if (outcomes_ != nullptr) outcomes_->insert(record->outcome);
      if (options_.leaks) leaks_.learn(*record, recipe);
    }
    if (record->end != End::failed) return false;
    const Fault fault{exact(recipe, *record), record->kind, record->racing, record->summary};
    if (record->kind == Kind::lock_order) {
      if (!soft_) soft_ = fault;
      return false;
    }
    failed_ = fault;
    return true;
  }

  /// libstdc++ 12 unlocks its atomic<shared_ptr> with relaxed order.
  bool is_false_alarm(const Record& record) {
    std::vector<Address> pcs;
    for (int i = 0; i < record.notes; ++i) {
      if (record.note[i].stack.frames > 0) pcs.push_back(record.note[i].stack.pcs[0]);
    }
    for (const auto& [pc, frames] : places_of(pcs)) {
      for (const Frame& frame : frames) {
        // By the file: addr2line knows inlined functions without their class.
        if (!frame.file.ends_with("/bits/shared_ptr_atomic.h")) continue;
        runner_.suppress(pc + 1);
        return true;
      }
    }
    return false;
  }

  void find_leak() {
    Address site = 0;
    if (const Recipe* recipe = leaks_.found(site)) {
      failed_ = Fault{*recipe, Kind::leak, {.pc = site}};
    }
  }

  /// The first schedule with few preemptions that fails in the same way.
  void simplify() {
    if (!options_.simplify || failed_->kind == Kind::leak) return;
    int left = simplify_runs;
    for (int bound = 0; bound <= simplify_bound; ++bound) {
      Search search(bound, false);
      while (left-- > 0) {
        const Recipe recipe = search.next();
        const Record& record = runner_.run(recipe);
        if (record.end == End::failed && record.kind == failed_->kind) {
          const int schedule = failed_->recipe.schedule;
          failed_->recipe = exact(recipe, record);
          failed_->recipe.schedule = schedule;
          failed_->racing = record.racing;
          return;
        }
        if (record.end == End::diverged || !search.learn(record)) break;
      }
    }
  }

  void explain() {
    const int schedule = failed_->recipe.schedule;
    if (failed_->kind != Kind::stuck) simplify();
    Recipe recipe = failed_->recipe;
    recipe.wants_detail = true;
    recipe.watched = failed_->racing;
    const bool wants_debugger = setting("PROMISSORY_EXPLORE_NO_FORK") != nullptr;
    const Record& record = wants_debugger ? runner_.run_here(recipe) : runner_.run(recipe);
    Failure failure = failure_of(record);
    if (record.end != End::failed || record.kind != failed_->kind) {
      failure.kind = name_of(failed_->kind);
      failure.summary = failed_->summary;
      failure.summary +=
          "\nIt did not fail in the same way when it was run again: something in the body, such as "
          "an address or a system call, differs from run to run.";
    }
    failure.schedule = schedule;
    failure.replay = fmt::format("{}:{}:{}", name_of(options_.strategy), options_.seed, schedule);
    failure.text =
        report_of(failure, options_, setting("PROMISSORY_EXPLORE_ALL") != nullptr, running_test());
    result_.failure = std::move(failure);
  }

  struct Fault {
    Recipe recipe;
    Kind kind;
    Access racing;
    std::string summary{};
  };

  Replay replay_;
  Options options_;
  const std::function<void()>& body_;
  ScheduleRunner runner_;
  Leaks leaks_;
  std::optional<Fault> failed_;
  std::optional<Fault> soft_;
  std::set<std::string>* outcomes_ = nullptr;
  Result result_;
};

Result explore_into(const Options& options, const std::function<void()>& body,
                    std::set<std::string>* outcomes) {
  if (exploring()) throw std::logic_error("explore() was called in an explored body");
  if (live_threads() > 1) {
    throw std::logic_error(
        "explore() needs a process without other threads; one was started before, perhaps in "
        "SetUp()");
  }
  return Exploration(options, body).run(outcomes);
}

void tell_the_tool(const Result& result) {
  support::JsonLine line("explored");
  line.text("test", running_test())
      .number("schedules", result.schedules)
      .number("steps", result.steps)
      .flag("exhausted", result.exhausted);
  if (result.failure) {
    line.text("kind", result.failure->kind)
        .text("summary", result.failure->summary)
        .text("report", result.failure->text);
  }
  support::report(line);
}

}  // namespace

Result explore(const Options& options, const std::function<void()>& body) {
  return explore_into(options, body, nullptr);
}

std::vector<std::string> outcomes_of(const Options& options, const std::function<void()>& body,
                                     Result* result) {
  std::set<std::string> outcomes;
  Result found = explore_into(options, body, &outcomes);
  if (result != nullptr) *result = std::move(found);
  return {outcomes.begin(), outcomes.end()};
}

std::string schedule_of(const Options& options, int schedule, const std::function<void()>& body) {
  ScheduleRunner runner(options, body);
  const Record& record = runner.run({.strategy = options.strategy,
                                     .seed = options.seed,
                                     .schedule = schedule,
                                     .wants_detail = true});
  std::string text;
  for (int i = 0; i < record.steps; ++i)
    text += fmt::format("{}T{}", i == 0 ? "" : " ", record.step[i].thread);
  return text;
}

void outcome(const std::string& text) {
  if (!exploring()) return;
  std::snprintf(world::record->outcome, sizeof world::record->outcome, "%s", text.c_str());
}

bool exploring() {
  return self != nullptr;
}

void detail::Expectation::operator+(const std::function<void()>& body) const {
  const Result result = explore(options, body);
  tell_the_tool(result);
  if (!result.failure) return;
  const Failure& failure = *result.failure;
  if (const char* const path = setting("PROMISSORY_EXPLORE_JSON")) {
    std::ofstream(path, std::ios::app) << json_of(failure, running_test()) << "\n";
  }
  const bool has_place = !failure.file.empty();
  ADD_FAILURE_AT(has_place ? failure.file.c_str() : file, has_place ? failure.line : line)
      << failure.text;
}

}  // namespace promissory::explorer
