#include "running/test_run.hpp"

#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "complaint.hpp"
#include "running/legible.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20;
constexpr int most_lines = 80;
// Its columns are worth nothing when they are cut.
constexpr std::size_t largest_schedule = std::size_t{1} << 20;

// A folder for one run, gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "promissory-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw Complaint("no temporary folder can be made: is " + fs::temp_directory_path().string() +
                      " full?");
    }
    path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Report {
  bool begun = false;
  bool ended_well = false;
  bool ended_skipped = false;
  std::string skipped;  // why
  bool done_well = false;
  bool hung = false;
  bool failed = false;
  std::string leaks;
  bool terminated = false;
  bool not_written = false;
  std::optional<Outcome> explored;  // what became of the schedule that failed
};

constexpr std::size_t most_failures = 20;

Outcome outcome_of(const std::string& kind) {
  static const std::map<std::string, Outcome> outcomes{
      {"deadlock", Outcome::hung},      {"blocked thread", Outcome::hung},
      {"livelock", Outcome::hung},      {"stuck", Outcome::hung},
      {"data race", Outcome::race},     {"use after free", Outcome::memory},
      {"double free", Outcome::memory}, {"out of bounds", Outcome::memory},
      {"leak", Outcome::leak},          {"uncaught exception", Outcome::terminated},
      {"exit", Outcome::crashed},       {"crash", Outcome::crashed},
  };
  const auto found = outcomes.find(kind);
  return found == outcomes.end() ? Outcome::failed : found->second;
}

// What a starter's `todo("…")` says: the explorer quotes what() of the exception that ended the
// schedule, or GoogleTest's sentence about it.
std::string what_to_write(const std::string& summary) {
  for (const std::string opening :
       {"promissory::NotWritten \"", "it throws promissory::NotWritten with description \""}) {
    const auto at = summary.find(opening);
    if (at == std::string::npos) continue;
    const auto begin = at + opening.size();
    return legible(summary.substr(begin, summary.rfind('"') - begin));
  }
  return "";
}

void read_exploration(const nlohmann::json& event, Report& report, TestResult& result) {
  result.explored.schedules += event.value("schedules", 0);
  result.explored.exhausted = event.value("exhausted", false);
  if (!event.contains("report") || report.explored) return;
  report.explored = outcome_of(event.value("kind", ""));
  result.explored.report = without_addresses(event.value("report", ""), largest_schedule);
  if (const auto sentence = what_to_write(event.value("summary", "")); !sentence.empty()) {
    report.not_written = true;
    result.detail = sentence;
  }
}

void read_event(const nlohmann::json& event, Report& report, TestResult& result) {
  const auto text = [&](const char* key) { return event.value(key, std::string()); };
  const auto kind = text("event");
  if (kind == "begin") report.begun = text("test") == result.name;
  if (kind == "end" && text("test") == result.name) {
    report.ended_well = event.value("passed", false);
    report.ended_skipped = event.value("skipped", false);
  }
  if (kind == "skip" && text("test") == result.name) report.skipped = legible(text("why"));
  if (kind == "done") report.done_well = event.value("passed", false);
  if (event.contains("contract")) {
    result.contract = legible(text("contract"));
    result.read = legible(text("read"));
  }
  if (kind == "explored") {
    read_exploration(event, report, result);
  } else if (kind == "failure") {
    // A schedule that failed is told twice too.
    if (report.explored) return;
    report.not_written = report.not_written || event.value("not_written", false);
    const auto message = text("message");
    // A leak is told twice: by itself, and as the failure that it is for GoogleTest.
    const bool is_leak = !report.leaks.empty() && message.find(report.leaks) != std::string::npos;
    if (is_leak) return;
    report.failed = true;
    if (result.failures.size() == most_failures) return;
    result.failures.push_back(
        {legible(text("file")), event.value("line", 0), without_addresses(message)});
  } else if (kind == "hang") {
    report.hung = true;
    result.detail = without_run_noise(text("stacks"));
  } else if (kind == "leak") {
    report.leaks = text("what");
    const auto place = text("kind") == "promise"
                           ? fmt::format("{}:{}: ", legible(text("file")), event.value("line", 0))
                           : std::string();
    result.detail += (result.detail.empty() ? "" : "\n") + place + without_run_noise(report.leaks);
  } else if (kind == "terminate") {
    report.terminated = true;
    report.not_written = report.not_written || event.value("not_written", false);
    result.detail = without_run_noise(text("message"));
  }
}

// The file was open to the code under test: nothing in it is taken for granted.
Report read_report(const fs::path& path, TestResult& result) {
  Report report;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    try {
      const auto event = nlohmann::json::parse(line, nullptr, false);
      if (event.is_object()) read_event(event, report, result);
    } catch (const nlohmann::json::exception&) {
      continue;  // a member of another type than the support library writes
    }
  }
  return report;
}

std::optional<Schedule> first_schedule(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  return read_schedule(line);
}

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

// Cut by lines: how long a line is depends on where the workbook lies.
std::string first_lines(const std::string& text, int count) {
  std::size_t end = 0;
  for (int i = 0; i < count && end != std::string::npos; ++i) end = text.find('\n', end + 1);
  return text.substr(0, end);
}

std::string from_marker(const std::string& text, const char* marker) {
  const auto at = text.find(marker);
  if (at == std::string::npos) return "";
  const auto begin = text.rfind('\n', at) + 1;
  // ThreadSanitizer ends each of its reports so; whether more follow depends on luck.
  const auto end = text.find("\n==================\n", at);
  const auto report = text.substr(begin, end == std::string::npos ? end : end - begin);
  return without_run_noise(first_lines(report, most_lines));
}

// The first place in the learner's own file that a stack names.
Failure place_in(const fs::path& learner, const std::string& stacks) {
  const auto folder = learner.string() + "/";
  for (auto at = stacks.find(folder); at != std::string::npos; at = stacks.find(folder, at + 1)) {
    const auto end = stacks.find_first_of(": \n()", at);
    if (end == std::string::npos || stacks[end] != ':') continue;
    const auto line = std::atoi(stacks.c_str() + end + 1);
    if (line > 0) return {stacks.substr(at, end - at), line, ""};
  }
  return {};
}

// Where the threads stood at the end says more than the way there.
Failure place_in(const fs::path& learner, const Schedule& schedule) {
  const auto folder = learner.string() + "/";
  const auto first_in = [&](const std::vector<SourcePlace>& stack) -> Failure {
    for (const auto& place : stack) {
      if (place.line > 0 && place.file.starts_with(folder)) return {place.file, place.line, ""};
    }
    return {};
  };
  for (const auto& note : schedule.notes) {
    if (auto found = first_in(note.stack); found.line > 0) return found;
  }
  // T0 is the test, which looks at last at what the others have done.
  for (const bool by_test : {false, true}) {
    for (auto step = schedule.steps.rbegin(); step != schedule.steps.rend(); ++step) {
      if (!step->matters || (step->thread == 0) != by_test) continue;
      if (auto found = first_in(step->stack); found.line > 0) return found;
    }
  }
  return {};
}

Outcome judge(const Finished& finished, const Report& report, TestResult& result) {
  if (has(finished.err, "WARNING: ThreadSanitizer")) {
    result.detail = from_marker(finished.err, "WARNING: ThreadSanitizer");
    return Outcome::race;
  }
  if (has(finished.err, "ERROR: LeakSanitizer")) {
    result.detail = from_marker(finished.err, "ERROR: LeakSanitizer");
    return Outcome::leak;
  }
  for (const char* marker : {"ERROR: AddressSanitizer", "runtime error:"}) {
    if (has(finished.err, marker)) {
      result.detail = from_marker(finished.err, marker);
      return Outcome::memory;
    }
  }
  if (report.not_written) return Outcome::not_written;
  if (report.hung || finished.timed_out) {
    if (result.detail.empty())
      result.detail = "stopped at the time limit; no thread could be asked where it is";
    return Outcome::hung;
  }
  if (report.terminated) return Outcome::terminated;
  if (finished.signal != 0) {
    result.detail =
        fmt::format("ended by signal {} ({})", finished.signal, ::strsignal(finished.signal));
    return Outcome::crashed;
  }
  if (report.explored) return *report.explored;
  if (report.failed) return Outcome::failed;
  if (!report.leaks.empty()) return Outcome::leak;
  if (finished.exit_code == 0 && report.begun && report.ended_well && report.done_well) {
    return Outcome::passed;
  }
  if (finished.exit_code == 0 && report.begun && report.ended_skipped && report.done_well) {
    result.detail = report.skipped.empty() ? "the test was skipped" : report.skipped;
    return Outcome::skipped;
  }
  result.detail = fmt::format(
      "the process ended with exit code {} in the middle of the test, without a verdict",
      finished.exit_code);
  return Outcome::crashed;
}

}  // namespace

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::not_written:
      return "not written";
    case Outcome::hung:
      return "hung";
    case Outcome::crashed:
      return "crashed";
    case Outcome::terminated:
      return "terminated";
    case Outcome::race:
      return "data race";
    case Outcome::memory:
      return "memory error";
    case Outcome::leak:
      return "leak";
    case Outcome::skipped:
      return "skipped";
  }
  return "unknown";
}

TestResult run_test(const Kit& kit, const TestJob& job) {
  const Scratch scratch;
  const auto report_path = scratch.path() / "report.jsonl";
  auto env = kit.env;
  env.push_back("PROMISSORY_REPORT=" + report_path.string());
  env.push_back("TMPDIR=" + scratch.path().string());
  for (const char* unset : {"GTEST_FILTER", "GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_REPEAT",
                            "GTEST_FAIL_FAST", "GTEST_BREAK_ON_FAILURE"}) {
    env.emplace_back(unset);
  }
  for (const char* name :
       {"SEED", "SCHEDULES", "STRATEGY", "REPLAY", "ALL", "NO_FORK", "COMMAND"}) {
    env.push_back(std::string("PROMISSORY_EXPLORE_") + name);
  }
  env.insert(env.end(), job.environment.begin(), job.environment.end());
  const auto schedules_path = scratch.path() / "schedules.jsonl";
  env.push_back("PROMISSORY_EXPLORE_JSON=" + schedules_path.string());
  const auto finished = run({.argv = {job.program.string(), "--gtest_filter=" + job.name,
                                      "--gtest_color=no", "--gtest_repeat=1"},
                             .folder = scratch.path(),
                             .environment = env,
                             .limit = job.limit,
                             .file_size_limit = largest_file});
  TestResult result;
  result.name = job.name;
  result.cpu_seconds = finished.cpu_seconds;
  result.wall_seconds = finished.wall_seconds;
  const auto report = read_report(report_path, result);
  result.outcome = judge(finished, report, result);
  if (result.passed()) return result;
  result.learners = place_in(job.learner, result.detail);
  if (report.explored) result.explored.schedule = first_schedule(schedules_path);
  if (result.explored.schedule) {
    result.learners = place_in(job.learner, *result.explored.schedule);
  }
  for (const auto& failure : result.failures) {
    if (result.learners.line == 0) result.learners = place_in(job.learner, failure.message);
  }
  return result;
}

}  // namespace promissory::grading
