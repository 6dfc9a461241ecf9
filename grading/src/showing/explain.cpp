#include "showing/explain.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "showing/paths.hpp"
#include "showing/terminal.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t text_width = 84;
constexpr int label_width = 13;

std::string row(const std::string& label, const std::string& text, Colour colour = Colour::none) {
  if (text.empty()) return "";
  auto body = wrapped(text, text_width, std::string(label_width, ' '));
  body.replace(0, label_width, fmt::format("  {:<{}}", label, label_width - 2));
  while (body.ends_with('\n')) body.pop_back();
  return paint(colour, body) + "\n";
}

// The lines of a long report that a person reads first.
std::string head_of(const std::string& text, int lines) {
  std::istringstream in(text);
  std::string head;
  int kept = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.find_first_not_of("= ") == std::string::npos) continue;
    if (++kept > lines) {
      head += "    …\n";
      break;
    }
    head += "    " + line + "\n";
  }
  return head;
}

std::string source_line(const fs::path& file, int number) {
  std::ifstream in(file);
  std::string line;
  for (int i = 0; i < number; ++i) {
    if (!std::getline(in, line)) return "";
  }
  const auto begin = line.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : line.substr(begin);
}

int line_with(const fs::path& file, const std::string& part) {
  std::ifstream in(file);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find(part) != std::string::npos) return number;
  }
  return 0;
}

std::string indented(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) out += line.empty() ? "\n" : "  " + line + "\n";
  return out;
}

bool is_scheduled(const TestResult& test) {
  return !test.explored.report.empty() && test.outcome != Outcome::not_written;
}

// As a person would name the submission's folder.
std::string shown_as(const Workbook& workbook, const fs::path& submission) {
  return shortened(workbook.root, submission.string());
}

const TestResult* first_failed_test(const Stage& stage) {
  for (const auto& test : stage.tests) {
    if (test.failed()) return &test;
  }
  return nullptr;
}

// "Expected equality of these values:\n  a\n    Which is: 1\n  b" and its kin, in two rows.
std::string expectation(const Failure& failure) {
  return row("Expected", failure.message);
}

std::string what_happened(const TestResult& test) {
  switch (test.outcome) {
    case Outcome::not_written:
      return "this part is not written yet";
    case Outcome::hung:
      return "the test hangs: its threads wait for something that never comes";
    case Outcome::crashed:
      return test.detail;
    case Outcome::terminated:
      return "an exception left a thread, so the program was terminated";
    case Outcome::race:
      return "ThreadSanitizer saw a data race";
    case Outcome::memory:
      return "a sanitizer saw a memory error or undefined behaviour";
    case Outcome::leak:
      return "the test left something behind";
    case Outcome::failed:
    case Outcome::passed:
    case Outcome::skipped:
      return "";
  }
  return "";
}

std::string explain_test(const Workbook& workbook, const TestResult& test) {
  std::string text = row("Contract", test.contract);
  if (test.outcome == Outcome::not_written) {
    const auto sentence = test.failures.empty() ? test.detail : test.failures.front().message;
    return text + row("Write", sentence);
  }
  text += row("Happened", what_happened(test));
  if (!test.failures.empty()) {
    const auto& failure = test.failures.front();
    text += expectation({failure.file, failure.line, without_root(workbook.root, failure.message)});
    const auto file = shortened(workbook.root, failure.file);
    if (failure.line > 0) {
      text += row("Test", fmt::format("{}:{}", file, failure.line));
      const auto line = source_line(workbook.root / file, failure.line);
      if (!line.empty()) text += paint(Colour::dim, std::string(label_width, ' ') + line) + "\n";
    }
  }
  if (!test.detail.empty() && test.outcome != Outcome::crashed) {
    text += row("Seen", "\n" + head_of(without_root(workbook.root, test.detail), 24));
  }
  return text;
}

// A handout carries the book ready-made.
std::string page(const Workbook& workbook, const Exercise& exercise, const std::string& anchor) {
  const auto* book =
      fs::is_directory(workbook.root / "book/html") ? "book/html" : "build/book/html";
  return fmt::format("{}/{}.html{}{}", book, exercise.read, anchor.empty() ? "" : "#", anchor);
}

}  // namespace

std::string place_to_edit(const Workbook& workbook, const Exercise& exercise,
                          const Verdict& verdict, const fs::path& submission) {
  const auto folder = submission / exercise.folder;
  const auto shown = [&](const std::string& file, int line) {
    return fmt::format("{}:{}", shortened(workbook.root, file), std::max(line, 1));
  };
  const auto* stage = verdict.first_failed();
  if (stage != nullptr && stage->name == "mine") {
    return shown((folder / "my_test.cpp").string(), stage->diagnostic.line);
  }
  if (stage != nullptr && stage->diagnostic.line > 0) {
    return shown(stage->diagnostic.file, stage->diagnostic.line);
  }
  const auto* test = stage == nullptr ? nullptr : first_failed_test(*stage);
  if (test != nullptr && test->learners.line > 0) {
    return shown(test->learners.file, test->learners.line);
  }
  for (const auto& file : exercise.files) {
    // The sentence that the starter threw stands in its source, perhaps broken over lines.
    const auto sentence = test == nullptr          ? std::string()
                          : test->failures.empty() ? test->detail
                                                   : test->failures.front().message;
    const auto begin = sentence.substr(0, std::min<std::size_t>(sentence.size(), 24));
    if (test != nullptr && test->outcome == Outcome::not_written && !begin.empty()) {
      if (const int line = line_with(folder / file, begin); line > 0) {
        return shown((folder / file).string(), line);
      }
    }
    if (const int line = line_with(folder / file, "todo("); line > 0) {
      return shown((folder / file).string(), line);
    }
  }
  return shown((folder / exercise.files.front()).string(), 1);
}

namespace {

// @param next the row that says what to do next, may be empty
std::string explain(const Workbook& workbook, const Exercise& exercise, const Verdict& verdict,
                    const fs::path& submission, const std::string& next) {
  const auto* stage = verdict.first_failed();
  const auto* test = first_failed_test(*stage);
  std::string title = fmt::format("{} · {}", exercise.id, stage->name);
  std::string text;
  std::string anchor;
  if (test != nullptr) {
    title += " · " + test->name;
    if (stage->name == "mine") text += row("Why", stage->why);
    text += is_scheduled(*test) ? row("Contract", test->contract) : explain_test(workbook, *test);
    anchor = test->read;
  } else {
    text += row("Why", stage->why);
    if (!stage->diagnostic.message.empty() && stage->name != "audit") {
      text += row("Compiler", without_root(workbook.root, stage->diagnostic.message));
      const auto line = source_line(workbook.root / stage->diagnostic.file, stage->diagnostic.line);
      if (!line.empty()) text += paint(Colour::dim, std::string(label_width, ' ') + line) + "\n";
    }
  }
  text += row("Edit", place_to_edit(workbook, exercise, verdict, submission), Colour::bold);
  text += row("Read", page(workbook, exercise, anchor));
  text += next;
  // The report has columns: it is neither wrapped nor cut.
  if (test != nullptr && is_scheduled(*test)) {
    text += "\n" + indented(without_root(workbook.root, test->explored.report));
  }
  return paint(Colour::red, "✗ " + title) + "\n" + text;
}

}  // namespace

std::string explain_first_failure(const Workbook& workbook, const Exercise& exercise,
                                  const Verdict& verdict, const fs::path& submission) {
  const auto* stage = verdict.first_failed();
  if (stage == nullptr) return "";
  const auto* test = first_failed_test(*stage);
  // A learner's own test of a schedule is not one that the command finds by itself.
  const bool has_next = test != nullptr && stage->name == "explore" && is_scheduled(*test);
  const auto next =
      has_next ? row("Next", fmt::format("{} --test {}",
                                         explore_command(exercise, shown_as(workbook, submission)),
                                         test->name))
               : "";
  return explain(workbook, exercise, verdict, submission, next);
}

std::string explain_exploration(const Workbook& workbook, const Exercise& exercise,
                                const TestResult& test, const fs::path& submission) {
  Verdict verdict;
  verdict.stages.push_back({.name = "explore",
                            .status = StageStatus::failed,
                            .why = {},
                            .diagnostic = {},
                            .tests = {test}});
  return explain(workbook, exercise, verdict, submission, "");
}
std::string list_stages(const Verdict& verdict) {
  std::string text;
  for (const auto& stage : verdict.stages) {
    std::string mark;
    switch (stage.status) {
      case StageStatus::passed:
        mark = paint(Colour::green, "✓");
        break;
      case StageStatus::failed:
        mark = paint(Colour::red, "✗");
        break;
      case StageStatus::skipped:
        mark = paint(Colour::dim, "·");
        break;
      case StageStatus::not_judged:
        mark = paint(Colour::yellow, "?");
        break;
    }
    std::string what;
    if (!stage.tests.empty())
      what = fmt::format("{} of {} tests", stage.passed(), stage.tests.size());
    const bool is_not_judged = stage.status == StageStatus::not_judged;
    if (is_not_judged || (stage.status != StageStatus::passed && stage.tests.empty())) {
      what = stage.why;
    }
    text += fmt::format("    {} {:<8} {}\n", mark, stage.name, what);
  }
  for (const auto& mutant : verdict.mutants) {
    text += fmt::format(
        "      {} {}\n",
        mutant.killed ? paint(Colour::green, "broken  ") : paint(Colour::dim, "survives"),
        mutant.title);
  }
  return text;
}

}  // namespace promissory::grading
