#include "hunt/exhibit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "complaint.hpp"
#include "hunt/diagnosis.hpp"
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

std::string questions_of(const Bug& bug, const std::vector<std::string>& instruments) {
  std::vector<std::string> questions;
  for (const auto& name : instruments) {
    const auto question = bug.questions.find(name);
    if (question != bug.questions.end()) questions.push_back(question->second);
  }
  return fmt::format("{}", fmt::join(questions, "\n"));
}

// Of these, those that have nothing to say of the broken program either. One that a diagnosis may
// name is silent because the program has been mended, or is somebody's who may not know it.
std::vector<std::string> silent_by_nature(const Workbook& workbook, const Bug& bug,
                                          std::vector<std::string> instruments) {
  const auto file = workbook.root / "tests" / bug.folder / "accepted.toml";
  if (!fs::exists(file)) return {};
  const auto telling = read_accepted(file).instruments;
  std::erase_if(instruments, [&](const auto& name) { return std::ranges::count(telling, name); });
  return instruments;
}

}  // namespace

fs::path source_for(const Workbook& workbook, const Bug& bug, const Instrument& instrument) {
  const auto folder = workbook.root / "tests" / bug.folder;
  if (!instrument.explores()) return folder / "scenario_test.cpp";
  const auto source = folder / "explore_test.cpp";
  if (fs::exists(source)) return source;
  throw Complaint(
      fmt::format("{}: there is nothing to explore here, try another instrument", bug.folder));
}

Exhibit make_exhibit(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                     const Looking& looking, const Submission& submission,
                     const Progress& progress) {
  const auto& called = looking.called;
  const auto observed = observe(workbook, bug.as_exercise(), submission,
                                {.source = source_for(workbook, bug, called.front()),
                                 .flavour = called.front().flavour,
                                 .only = looking.only,
                                 .settings = looking.settings},
                                progress);
  const auto& stage = *std::ranges::find_if(observed.verdict.stages, [&](const Stage& candidate) {
    return candidate.status != StageStatus::passed || &candidate == &observed.verdict.stages.back();
  });
  Exhibit exhibit;
  for (const auto& instrument : called) {
    exhibit.instruments.push_back(instrument.name);
    const auto* choice = find(hunt.choices.instruments, instrument.name);
    if (choice != nullptr) exhibit.means += (exhibit.means.empty() ? "" : "\n") + choice->means;
    if (instrument.sees(stage)) exhibit.seen_by.push_back(instrument.name);
  }
  if (exhibit.seen_by.empty()) {
    exhibit.instead = without_root(workbook.root, what_happened(stage));
    exhibit.ask = questions_of(bug, silent_by_nature(workbook, bug, exhibit.instruments));
    if (exhibit.ask.empty()) exhibit.ask = "What can it not see, and which instrument can?";
    return exhibit;
  }
  exhibit.ask = questions_of(bug, exhibit.seen_by);
  exhibit.evidence = report_of(workbook, bug, submission, stage, observed.program);
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
    return text + row("Ask", exhibit.ask);
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
