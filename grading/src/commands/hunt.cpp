#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands/commands.hpp"
#include "commands/submission.hpp"
#include "complaint.hpp"
#include "hunt/hunt_json.hpp"
#include "showing/report_file.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

struct HuntOptions {
  std::string bug;
  std::string with;
  bool answer = false;
  std::optional<fs::path> from;
  std::optional<fs::path> json;
};

void keep(const HuntOptions& options, const Json& report) {
  if (options.json) write_report(*options.json, text_of(report, 2) + "\n");
}

std::string mark_of(const Part& part) {
  if (part.points == part.possible && part.possible > 0) return paint(Colour::green, "✓");
  return part.points > 0 ? paint(Colour::yellow, "~") : paint(Colour::red, "✗");
}

void show_answer(const Answer& answer) {
  fmt::print("{} · {} of {} points\n", paint(Colour::bold, answer.bug.id + " " + answer.bug.title),
             answer.points(), answer.possible());
  for (const auto& part : answer.parts) {
    fmt::print("  {} {:<11}{}\n", mark_of(part), part.name, part.says);
  }
}

// What a bug is an example of is part of the answer: it is told of solved ones only.
void show_board(const Hunt& hunt, const Workbook& workbook, const std::vector<Answer>& answers) {
  HuntMark mark;
  for (const auto& answer : answers) mark.count(answer);
  fmt::print("Bug hunt · {} of {} points\n\n", mark.points, mark.possible);
  for (const auto& theme : hunt.choices.themes) {
    bool is_first = true;
    for (const auto& answer : answers) {
      if (!answer.is_full()) continue;
      const auto accepted = workbook.root / "tests" / answer.bug.folder / "accepted.toml";
      if (!fs::exists(accepted) || read_accepted(accepted).themes.front() != theme.name) continue;
      if (is_first) fmt::print("{}", wrapped(theme.means, 90, "  "));
      is_first = false;
      fmt::print("    {} {:<4}{}\n", paint(Colour::green, "✓"), answer.bug.id, answer.bug.title);
    }
  }
  for (const auto& answer : answers) {
    if (answer.is_full()) continue;
    fmt::print("  {} {:<4}{:<28}{:>2} of {}{}\n", paint(Colour::dim, "·"), answer.bug.id,
               answer.bug.title, answer.points(), answer.possible(),
               answer.bug.is_variation ? "  (a variation: for exercise)" : "");
  }
  const auto next = std::ranges::find_if(answers, [](const auto& a) { return !a.is_full(); });
  if (next != answers.end()) fmt::print("\nNext: promissory hunt {}\n", next->bug.id);
}

int show_all(const Workbook& workbook, const Hunt& hunt, const Submission& submission,
             const HuntOptions& options) {
  if (hunt.bugs.empty()) throw Complaint("this workbook has no bug hunt: no exercises/bug-hunt/");
  std::vector<Answer> answers;
  for (const auto& bug : hunt.bugs) {
    answers.push_back(judge_answer(workbook, hunt, bug, submission, show_progress));
    clear_progress();
  }
  show_board(hunt, workbook, answers);
  keep(options, hunt_report(submission.shown_as, answers));
  return std::ranges::all_of(answers, &Answer::is_full) ? exit_right : exit_wrong;
}

// The file breaks its lines where its author did.
std::string on_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

int tell_story(const Bug& bug, const Submission& submission) {
  const auto folder = submission.shown_as + "/" + bug.folder + "/";
  fmt::print("{}\n\n{}\n", paint(Colour::bold, bug.id + " " + bug.title),
             wrapped(on_one_line(bug.story), 90, "  "));
  fmt::print("  Read        {}{}\n", folder, bug.file);
  fmt::print("  It is run   tests/{}/scenario_test.cpp\n", bug.folder);
  fmt::print(
      "  Look        promissory hunt {} --with tsan|asan|leak|watchdog|waiters|assertion|"
      "terminate|types|explore\n",
      bug.id);
  fmt::print("  Answer      {}diagnosis.toml, and mend {}\n", folder, bug.file);
  fmt::print("  Be judged   promissory hunt {} --answer\n", bug.id);
  return exit_right;
}

int hunt_command(const Session& session, const HuntOptions& options) {
  const auto workbook = open_workbook(session.workbook);
  const auto hunt = open_hunt(workbook);
  const auto submission = submission_of(workbook, options.from);
  if (options.json) check_writable(*options.json);
  if (!options.from) keep_programs(workbook, hunt);
  if (options.bug.empty()) {
    if (options.answer || !options.with.empty()) {
      throw Complaint("which bug? Say its number, as in: promissory hunt 01 --with leak");
    }
    return show_all(workbook, hunt, submission, options);
  }
  const auto& bug = hunt.find(options.bug);
  if (options.answer) {
    const auto answer = judge_answer(workbook, hunt, bug, submission, show_progress);
    clear_progress();
    show_answer(answer);
    keep(options, hunt_report(submission.shown_as, {answer}));
    return answer.is_full() ? exit_right : exit_wrong;
  }
  if (options.with.empty()) return tell_story(bug, submission);
  const auto called = instruments_called(options.with);
  if (called.empty()) {
    std::vector<std::string> names{"leak"};
    for (const auto& instrument : instruments()) names.push_back(instrument.name);
    throw Complaint(fmt::format("--with {}: there is no such instrument; there are {}",
                                options.with, fmt::join(names, ", ")));
  }
  const auto exhibit = make_exhibit(workbook, hunt, bug, called, submission, show_progress);
  clear_progress();
  fmt::print("{}", show_exhibit(workbook, bug, exhibit, submission.root / bug.folder / bug.file));
  keep(options, exhibit_report(workbook, submission.shown_as, bug, exhibit));
  return exit_right;
}

}  // namespace

void add_hunt(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "hunt", "The bug hunt: broken programs, instruments to look at them, your diagnosis judged");
  auto options = std::make_shared<HuntOptions>();
  command->add_option("bug", options->bug, "Which bug; default: the board of all")
      ->type_name("BUG");
  auto* with = command->add_option("--with", options->with, "Run it under this instrument")
                   ->type_name("INSTRUMENT");
  command->add_flag("--answer", options->answer, "Judge diagnosis.toml and the mended program")
      ->excludes(with);
  command
      ->add_option("--from", options->from,
                   "The hunter's files are in this folder, laid out like exercises/")
      ->type_name("DIR");
  command->add_option("--json", options->json, "Write the report as JSON (grading/schema/)")
      ->type_name("FILE");
  command->footer(
      "Examples:\n  promissory hunt\n  promissory hunt 01\n  promissory hunt 01 --with leak\n"
      "  promissory hunt 01 --answer");
  command->callback(
      [&, options] { session.chosen = [&, options] { return hunt_command(session, *options); }; });
}

}  // namespace promissory::grading
