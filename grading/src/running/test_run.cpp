#include "running/test_run.hpp"

#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "complaint.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20;

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
  bool done_well = false;
  bool hung = false;
  bool leaked = false;
  bool terminated = false;
  bool not_written = false;
};

Report read_report(const fs::path& path, TestResult& result) {
  Report report;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object()) continue;
    const auto text = [&](const char* key) { return event.value(key, std::string()); };
    const auto kind = text("event");
    if (kind == "begin") report.begun = text("test") == result.name;
    if (kind == "end")
      report.ended_well = text("test") == result.name && event.value("passed", false);
    if (kind == "done") report.done_well = event.value("passed", false);
    if (event.contains("contract")) {
      result.contract = text("contract");
      result.read = text("read");
    }
    if (kind == "failure") {
      report.not_written = report.not_written || event.value("not_written", false);
      result.failures.push_back({text("file"), event.value("line", 0), text("message")});
    } else if (kind == "hang") {
      report.hung = true;
      result.detail = text("stacks");
    } else if (kind == "leak") {
      report.leaked = true;
      result.detail += (result.detail.empty() ? "" : "\n") + text("what");
    } else if (kind == "terminate") {
      report.terminated = true;
      report.not_written = report.not_written || event.value("not_written", false);
      result.detail = text("message");
    }
  }
  return report;
}

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

std::string from_marker(const std::string& text, const char* marker) {
  const auto at = text.find(marker);
  return at == std::string::npos ? "" : text.substr(text.rfind('\n', at) + 1, 6000);
}

// The first place in the learner's own file that a stack names.
Failure place_in(const fs::path& learner, const std::string& stacks) {
  static const std::regex place(R"(((?:/|\.)[^\s:()]+):(\d+))");
  for (std::sregex_iterator it(stacks.begin(), stacks.end(), place), end; it != end; ++it) {
    if (it->str(1).starts_with(learner.string() + "/")) {
      return {it->str(1), std::stoi(it->str(2)), ""};
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
  if (!result.failures.empty()) return Outcome::failed;
  if (report.leaked) return Outcome::leak;
  if (finished.exit_code == 0 && report.begun && report.ended_well && report.done_well) {
    return Outcome::passed;
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
  const auto finished = run({.argv = {job.program.string(), "--gtest_filter=" + job.name,
                                      "--gtest_color=no", "--gtest_repeat=1"},
                             .folder = scratch.path(),
                             .environment = env,
                             .limit = job.limit,
                             .file_size_limit = largest_file});
  TestResult result;
  result.name = job.name;
  result.cpu_seconds = finished.cpu_seconds;
  const auto report = read_report(report_path, result);
  result.outcome = judge(finished, report, result);
  if (result.passed()) return result;
  result.learners = place_in(job.learner, result.detail);
  for (const auto& failure : result.failures) {
    if (result.learners.line == 0) result.learners = place_in(job.learner, failure.message);
  }
  return result;
}

}  // namespace promissory::grading
