#include "hunt/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "running/kit.hpp"
#include "running/legible.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// Only standard error has the stack of an exception that nobody caught.
std::string last_words(const Workbook& workbook, const fs::path& program, const std::string& test,
                       const std::chrono::seconds limit) {
  const auto kit = open_kit(workbook, "plain");
  const auto finished =
      run({.argv = {program.string(), "--gtest_filter=" + test, "--gtest_color=no"},
           .environment = kit.env,
           .limit = limit});
  const auto at = finished.err.find("[ TERMINATE]");
  if (at == std::string::npos) return "";
  const auto stack = finished.err.find("\n    ", at);
  return stack == std::string::npos ? "" : without_run_noise(finished.err.substr(stack + 1));
}

// Wherever a copy of the program was compiled, it is the hunter's that is spoken of.
std::string with_real_paths(std::string text, const Bug& bug, const fs::path& real) {
  const auto inside = "/" + bug.folder + "/";
  for (auto at = text.find(inside); at != std::string::npos;) {
    const auto begin = text.find_last_of(" \n", at) + 1;
    const auto to = real.string() + "/";
    text.replace(begin, at + inside.size() - begin, to);
    at = text.find(inside, begin + to.size());
  }
  return text;
}

// A promise for each of many requests is one piece of news.
std::string told_once(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::pair<std::string, int>> told;
  for (std::string line; std::getline(in, line);) {
    if (!told.empty() && !line.empty() && told.back().first == line) {
      ++told.back().second;
    } else {
      told.emplace_back(line, 1);
    }
  }
  std::string once;
  for (const auto& [line, times] : told) {
    once += line + (times > 1 ? fmt::format(" ({} times)", times) : "") + "\n";
  }
  while (once.ends_with('\n')) once.pop_back();
  return once;
}

std::string report_on(const TestResult& test) {
  if (!test.explored.report.empty()) return test.explored.report;
  std::string text = told_once(test.detail);
  for (const auto& failure : test.failures) {
    text += (text.empty() ? "" : "\n") + failure.message;
  }
  return text;
}

}  // namespace

std::string report_of(const Workbook& workbook, const Bug& bug, const Submission& submission,
                      const Stage& stage, const fs::path& program) {
  const auto failed = std::ranges::find_if(stage.tests, &TestResult::failed);
  if (failed == stage.tests.end()) {
    const auto& [file, line, kind, message] = stage.diagnostic;
    return file.empty() ? message : fmt::format("{}:{}: {}: {}", file, line, kind, message);
  }
  auto text = report_on(*failed);
  if (failed->outcome == Outcome::terminated && failed->explored.report.empty()) {
    text += "\n" + with_real_paths(last_words(workbook, program, failed->name, bug.test_limit), bug,
                                   submission.root / bug.folder);
  }
  return text;
}

std::vector<Clue> clues_in(const std::string& text, const fs::path& program) {
  std::vector<std::string> lines;
  std::ifstream in(program);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  const auto name = program.filename().string() + ":";
  std::vector<Clue> clues;
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    if (at > 0 && text[at - 1] != '/' && text[at - 1] != ' ' && text[at - 1] != '(') continue;
    const int number = std::atoi(text.c_str() + at + name.size());
    if (number < 1 || static_cast<std::size_t>(number) > lines.size()) continue;
    if (std::ranges::count(clues, number, &Clue::line) > 0) continue;
    auto line = lines[static_cast<std::size_t>(number) - 1];
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    clues.push_back({number, line});
  }
  std::ranges::sort(clues, {}, &Clue::line);
  return clues;
}

}  // namespace promissory::grading
