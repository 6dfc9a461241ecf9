#include "hunt/exhibit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "complaint.hpp"
#include "running/kit.hpp"
#include "running/legible.hpp"
#include "running/process.hpp"
#include "showing/paths.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t text_width = 84;
constexpr int label_width = 13;

std::string row(const std::string& label, const std::string& text) {
  if (text.empty()) return "";
  auto body = wrapped(text, text_width, std::string(label_width, ' '));
  body.replace(0, label_width, fmt::format("  {:<{}}", label, label_width - 2));
  while (body.ends_with('\n')) body.pop_back();
  return body + "\n";
}

std::string indented(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) out += line.empty() ? "\n" : "    " + line + "\n";
  return out;
}

fs::path source_for(const Workbook& workbook, const Bug& bug, const Instrument& instrument) {
  const auto folder = workbook.root / "tests" / bug.folder;
  if (!instrument.explores()) return folder / "scenario_test.cpp";
  const auto source = folder / "explore_test.cpp";
  if (fs::exists(source)) return source;
  throw Complaint(
      fmt::format("{}: there is nothing to explore here, try another instrument", bug.folder));
}

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

std::string evidence_of(const TestResult& test) {
  if (!test.explored.report.empty()) return test.explored.report;
  std::string text = test.detail;
  for (const auto& failure : test.failures) {
    text += (text.empty() ? "" : "\n") + failure.message;
  }
  return text;
}

std::string what_happened(const Stage& stage) {
  if (!stage.diagnostic.message.empty()) {
    return fmt::format("it does not compile: {}", stage.diagnostic.message);
  }
  if (stage.status == StageStatus::passed) {
    return "the scenario ends well, and the instrument is silent";
  }
  if (stage.status != StageStatus::failed) return stage.why;
  return "the scenario does not end well, but not in a way that this instrument sees";
}

}  // namespace

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

Exhibit make_exhibit(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                     const std::vector<Instrument>& called, const Submission& submission,
                     const Progress& progress) {
  const auto exercise = bug.as_exercise();
  auto observed = observe(
      workbook, exercise, submission,
      {.source = source_for(workbook, bug, called.front()), .flavour = called.front().flavour},
      progress);
  const auto& stage = *std::ranges::find_if(observed.verdict.stages, [&](const Stage& candidate) {
    return candidate.status != StageStatus::passed || &candidate == &observed.verdict.stages.back();
  });
  Exhibit exhibit;
  for (const auto& instrument : called) {
    exhibit.instruments.push_back(instrument.name);
    const auto* choice = find(hunt.choices.instruments, instrument.name);
    if (choice != nullptr) exhibit.means += (exhibit.means.empty() ? "" : "\n") + choice->means;
    if (!instrument.sees(stage)) continue;
    exhibit.seen_by.push_back(instrument.name);
    const auto question = bug.questions.find(instrument.name);
    if (question != bug.questions.end()) {
      exhibit.ask += (exhibit.ask.empty() ? "" : "\n") + question->second;
    }
  }
  if (exhibit.seen_by.empty()) {
    exhibit.instead = without_root(workbook.root, what_happened(stage));
    return exhibit;
  }
  exhibit.evidence = stage.diagnostic.message;
  for (const auto& test : stage.tests) {
    if (!test.failed()) continue;
    exhibit.evidence += (exhibit.evidence.empty() ? "" : "\n") + evidence_of(test);
    if (test.outcome == Outcome::terminated) {
      exhibit.evidence += "\n" + with_real_paths(last_words(workbook, observed.program, test.name,
                                                            exercise.test_limit),
                                                 bug, submission.root / bug.folder);
    }
    break;
  }
  exhibit.clues = clues_in(exhibit.evidence, submission.root / bug.folder / bug.file);
  exhibit.evidence = without_root(workbook.root, exhibit.evidence);
  return exhibit;
}

std::string show_exhibit(const Workbook& workbook, const Bug& bug, const Exhibit& exhibit,
                         const fs::path& program) {
  auto text = paint(Colour::bold, fmt::format("Exhibit · {} {} · {}", bug.id, bug.title,
                                              fmt::join(exhibit.instruments, " and "))) +
              "\n";
  text += row("Looks for", exhibit.means);
  if (exhibit.seen_by.empty()) {
    text += row("Seen", "Nothing: " + exhibit.instead + ".");
    return text + row("Ask", "What can it not see, and which instrument can?");
  }
  text += row("Seen", "by " + fmt::format("{}", fmt::join(exhibit.seen_by, " and ")) + ":");
  text += "\n" + indented(exhibit.evidence) + "\n";
  for (const auto& clue : exhibit.clues) {
    const auto* label = &clue == &exhibit.clues.front() ? "Your lines" : "";
    text += fmt::format("  {:<11}{}:{}\n{}{}\n", label, shortened(workbook.root, program.string()),
                        clue.line, std::string(label_width, ' '), paint(Colour::dim, clue.text));
  }
  return text + row("Ask", exhibit.ask);
}

}  // namespace promissory::grading
