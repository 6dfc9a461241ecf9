#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "commands/commands.hpp"
#include "commands/exploring.hpp"
#include "commands/hunter.hpp"
#include "commands/submission.hpp"
#include "complaint.hpp"
#include "hunt/hunt_json.hpp"
#include "showing/report_file.hpp"
#include "showing/terminal.hpp"
#include "verdict/judge_tests.hpp"
#include "workbook/test_source.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

struct HuntOptions {
  std::string bug;
  std::string with;
  std::string test;
  std::string seed;
  bool all = false;
  bool answer = false;
  bool serve = false;
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
    auto says = wrapped(part.says, 84, std::string(15, ' '));
    says.replace(0, 15, "");
    fmt::print("  {} {:<11}{}", mark_of(part), part.name, says);
  }
  if (answer.parts.size() == 1) {
    fmt::print("  The diagnosis is judged by those who have the answers: this copy has none.\n");
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
               answer.bug.is_variation ? "  (for exercise, not counted)" : "");
  }
  const auto next = std::ranges::find_if(answers, [](const auto& a) { return !a.is_full(); });
  if (next != answers.end()) fmt::print("\nNext: promissory hunt {}\n", next->bug.id);
}

// What somebody else has handed in is judged anew every time; one's own only when it has changed.
Answer judged(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
              const Submission& submission, const HuntOptions& options) {
  auto answer = options.from ? judge_answer(workbook, hunt, bug, submission, show_progress)
                             : Hunter(workbook, hunt).judged(bug);
  clear_progress();
  return answer;
}

// Without --answer the board only tells what is known, and compiles nothing.
int show_all(const Workbook& workbook, const Hunt& hunt, const Submission& submission,
             const HuntOptions& options) {
  if (hunt.bugs.empty()) throw Complaint("this workbook has no bug hunt: no exercises/bug-hunt/");
  std::vector<Answer> answers;
  for (const auto& bug : hunt.bugs) {
    answers.push_back(options.answer || options.from
                          ? judged(workbook, hunt, bug, submission, options)
                          : Hunter(workbook, hunt).so_far(bug));
  }
  show_board(hunt, workbook, answers);
  keep(options, hunt_report(submission.shown_as, answers));
  if (!options.answer) return exit_right;
  return std::ranges::all_of(answers, &Answer::is_full) ? exit_right : exit_wrong;
}

// The file breaks its lines where its author did.
std::string on_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

int tell_story(const Workbook& workbook, const Bug& bug, const Submission& submission) {
  const auto folder = submission.shown_as + "/" + bug.folder + "/";
  fmt::print("{}\n\n{}\n", paint(Colour::bold, bug.id + " " + bug.title),
             wrapped(on_one_line(bug.story), 90, "  "));
  fmt::print("  Read        {}{}\n", folder, bug.file);
  fmt::print("  It is run   tests/{}/scenario_test.cpp\n", bug.folder);
  fmt::print(
      "  Look        promissory hunt {} --with tsan|asan|leak|watchdog|waiters|assertion|"
      "terminate|types|explore\n",
      bug.id);
  if (fs::exists(workbook.root / "tests" / bug.folder / "serve_test.cpp")) {
    fmt::print("  At work     promissory hunt {} --serve\n", bug.id);
  }
  fmt::print("  Answer      {}diagnosis.toml, and mend {}\n", folder, bug.file);
  fmt::print("  Be judged   promissory hunt {} --answer\n", bug.id);
  return exit_right;
}

Looking looking_for(const Workbook& workbook, const Bug& bug, const Submission& submission,
                    const HuntOptions& options) {
  Looking looking{.called = instruments_called(options.with)};
  if (looking.called.empty()) {
    std::vector<std::string> names{"leak"};
    for (const auto& instrument : instruments()) names.push_back(instrument.name);
    throw Complaint(fmt::format("--with {}: there is no such instrument; there are {}",
                                options.with, fmt::join(names, ", ")));
  }
  const auto& instrument = looking.called.front();
  if (!options.test.empty()) {
    looking.only = chosen_tests(source_for(workbook, bug, instrument), options.test);
  }
  if (!instrument.explores()) return looking;
  const auto seed = seed_of(options.seed);
  if (!seed.replay.empty() && looking.only.size() != 1) {
    throw Complaint(
        fmt::format("--seed {} is one schedule of one test: say which, with --test", options.seed));
  }
  looking.settings = settings_for(seed, options.all);
  looking.settings.push_back(to_explore_again(explore_command(bug, submission.shown_as)));
  return looking;
}

int look(const Workbook& workbook, const Hunt& hunt, const Bug& bug, const Submission& submission,
         const HuntOptions& options) {
  const auto exhibit =
      make_exhibit(workbook, hunt, bug, looking_for(workbook, bug, submission, options), submission,
                   show_progress);
  clear_progress();
  fmt::print("{}", show_exhibit(workbook, bug, exhibit, submission.root / bug.folder / bug.file));
  keep(options, exhibit_report(workbook, submission, bug, exhibit));
  return exit_right;
}

// Becomes the program at its prompt: the terminal is its own from here on.
int serve(const Workbook& workbook, const Bug& bug, const Submission& submission) {
  const auto source = workbook.root / "tests" / bug.folder / "serve_test.cpp";
  if (!fs::exists(source)) {
    throw Complaint(fmt::format("{} is no server: say promissory hunt lab --serve", bug.folder));
  }
  show_progress(bug.id + " is compiled");
  // In its own place, not in a copy: the stacks that it shows are to be opened.
  const auto compiled = judge_tests(workbook, bug.as_exercise(),
                                    {.source = source,
                                     .include_roots = {submission.root},
                                     .learner = submission.root / bug.folder,
                                     .flavour = "plain",
                                     .work = "serve",
                                     .only = {"none: it is only compiled"}});
  clear_progress();
  if (const auto& error = compiled.stage.diagnostic; !error.message.empty()) {
    throw Complaint(
        fmt::format("it does not compile: {}:{}: {}", error.file, error.line, error.message));
  }
  const auto tests = tests_in(source);
  for (const auto& setting : open_kit(workbook, "plain").env) {
    const auto equals = setting.find('=');
    ::setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
  const auto filter = "--gtest_filter=" + tests.front().name;
  ::execl(compiled.program.c_str(), compiled.program.c_str(), filter.c_str(), "--gtest_brief=1",
          nullptr);
  throw Complaint(compiled.program.string() + " does not start");
}

int hunt_command(const Session& session, const HuntOptions& options) {
  const auto workbook = open_workbook(session.workbook);
  const auto hunt = open_hunt(workbook);
  const auto submission = submission_of(workbook, options.from);
  if (options.json) check_writable(*options.json);
  if (!options.from) keep_programs(workbook, hunt);
  const bool explores = options.with == "explore";
  if (!explores && (!options.seed.empty() || options.all)) {
    throw Complaint("--seed and --all are for the schedule explorer: --with explore");
  }
  if (options.bug.empty() && options.with.empty()) {
    return show_all(workbook, hunt, submission, options);
  }
  if (options.bug.empty()) {
    throw Complaint("which bug? Say its number, as in: promissory hunt 01 --with leak");
  }
  const auto& bug = hunt.find(options.bug);
  if (options.serve) return serve(workbook, bug, submission);
  if (!options.with.empty()) return look(workbook, hunt, bug, submission, options);
  if (!options.answer) return tell_story(workbook, bug, submission);
  const auto answer = judged(workbook, hunt, bug, submission, options);
  show_answer(answer);
  keep(options, hunt_report(submission.shown_as, {answer}));
  return answer.is_full() ? exit_right : exit_wrong;
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
  command->add_option("--test", options->test, "Only tests with this in their name")
      ->type_name("NAME")
      ->needs(with);
  command
      ->add_option("--seed", options->seed,
                   "Other schedules (a number), or one schedule again (mix:1:37, as in a report)")
      ->type_name("SEED")
      ->check(CLI::Validator(complaint_about_seed, "", ""));
  command->add_flag("--all", options->all, "Show every step, not only those that matter");
  command
      ->add_flag("--serve", options->serve,
                 "Run the server of the lab at a prompt: load, metrics, dump, quit")
      ->excludes(with);
  command
      ->add_option("--from", options->from,
                   "The hunter's files are in this folder, laid out like exercises/")
      ->type_name("DIR");
  command->add_option("--json", options->json, "Write the report as JSON (grading/schema/)")
      ->type_name("FILE");
  command->footer(
      "Examples:\n  promissory hunt\n  promissory hunt 01\n  promissory hunt 01 --with leak\n"
      "  promissory hunt 01 --answer\n  promissory hunt --answer --from ~/anna --json anna.json");
  command->callback(
      [&, options] { session.chosen = [&, options] { return hunt_command(session, *options); }; });
}

}  // namespace promissory::grading
