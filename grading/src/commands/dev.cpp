#include <fmt/format.h>

#include "authoring/dev_check.hpp"
#include "authoring/evidence.hpp"
#include "authoring/hunt_check.hpp"
#include "commands/commands.hpp"
#include "complaint.hpp"
#include "running/process.hpp"
#include "showing/report_file.hpp"
#include "showing/svg.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

struct DevOptions {
  std::vector<std::string> names;
  Minimum minimum;
  Effort effort;
};

// "hunt04" is a bug, "hunt" all of them, anything else an exercise.
bool is_of_the_hunt(const std::string& name) {
  return name.starts_with("hunt");
}

std::vector<Bug> chosen_bugs(const Hunt& hunt, const std::vector<std::string>& names) {
  if (names.empty() || std::ranges::count(names, "hunt") > 0) return hunt.bugs;
  std::vector<Bug> bugs;
  for (const auto& name : names) {
    if (is_of_the_hunt(name)) bugs.push_back(hunt.find(name.substr(4)));
  }
  return bugs;
}

int dev_check_command(const Session& session, const DevOptions& options) {
  const auto workbook = open_workbook(session.workbook);
  const auto hunt = open_hunt(workbook);
  const auto bugs = chosen_bugs(hunt, options.names);
  auto names = options.names;
  std::erase_if(names, is_of_the_hunt);
  const bool hunt_alone = !options.names.empty() && names.empty();
  const auto done = [](const std::string& what) {
    clear_progress();
    fmt::print("{}\n", what);
    std::fflush(stdout);
  };
  auto problems = dev_check(workbook, hunt_alone ? std::vector<Exercise>() : workbook.select(names),
                            options.minimum, options.effort, done);
  const bool is_whole = options.names.empty() || std::ranges::count(options.names, "hunt") > 0;
  if (is_whole && !hunt.bugs.empty()) {
    const auto unproved = check_evidence(workbook, hunt);
    done(unproved.empty() ? "bug-hunt/evidence proves what it says"
                          : "bug-hunt/evidence does NOT prove what it says");
    problems.insert(problems.end(), unproved.begin(), unproved.end());
  }
  for (const auto& bug : bugs) {
    const auto found = check_bug(workbook, hunt, bug);
    done(fmt::format("{} {}", bug.folder,
                     found.empty() ? "sound: it is seen, its mend is right, every fake is refused"
                                   : "NOT sound"));
    problems.insert(problems.end(), found.begin(), found.end());
  }
  clear_progress();
  for (const auto& problem : problems) {
    fmt::print("{} {}\n    {}\n", paint(Colour::red, "✗"), problem.where, problem.what);
  }
  fmt::print("{}\n", problems.empty() ? paint(Colour::green, "dev check: the workbook is sound")
                                      : fmt::format("dev check: {} problems", problems.size()));
  return problems.empty() ? exit_right : exit_wrong;
}

struct EvidenceOptions {
  std::vector<std::string> names;
  int runs = runs_of_evidence;
  bool check = false;
};

int evidence_command(const Session& session, const EvidenceOptions& options) {
  const auto workbook = open_workbook(session.workbook);
  const auto hunt = open_hunt(workbook);
  auto all = read_evidence(workbook);
  std::vector<Problem> problems;
  for (const auto& name : options.names) {
    if (!is_of_the_hunt(name)) throw Complaint(fmt::format("`{}` is no bug: say hunt04", name));
  }
  for (const auto& bug : chosen_bugs(hunt, options.names)) {
    const auto evidence = measure(workbook, bug, options.runs, show_progress);
    clear_progress();
    const auto against = held_against(workbook, bug, evidence);
    problems.insert(problems.end(), against.begin(), against.end());
    fmt::print("{} {}\n", bug.folder,
               against.empty() ? fmt::format("{} sees it, {} of {}", evidence.named,
                                             evidence.broken.at(evidence.named).seen, evidence.runs)
                               : "is NOT proved");
    std::fflush(stdout);
    std::erase_if(all, [&](const Evidence& old) { return old.id == bug.id; });
    all.push_back(evidence);
    std::ranges::sort(all, {}, &Evidence::id);
    // After each: whoever stops it keeps what was measured.
    if (!options.check) write_evidence(workbook, hunt, all);
  }
  for (const auto& problem : problems) {
    fmt::print("{} {}\n    {}\n", paint(Colour::red, "✗"), problem.where, problem.what);
  }
  return problems.empty() ? exit_right : exit_wrong;
}

// The pictures in the README and the book are made by running what they show.
int picture_command(const std::filesystem::path& out, const std::vector<std::string>& argv) {
  const auto ran = run({.argv = argv, .environment = {"CLICOLOR_FORCE=1", "NO_COLOR"}});
  if (ran.exit_code == 127) throw Complaint(ran.err);
  std::string title = "$";
  for (const auto& word : argv) {
    title +=
        " " + (&word == &argv.front() ? std::filesystem::path(word).filename().string() : word);
  }
  write_report(out, screen_svg(title, ran.out));
  return exit_right;
}

}  // namespace

void add_dev(CLI::App& app, Session& session) {
  auto* dev = app.add_subcommand("dev", "For authors of exercises");
  dev->require_subcommand(1);
  dev->footer("Example:\n  promissory dev check 04");
  auto* command = dev->add_subcommand(
      "check",
      "Prove the workbook: starters fail, solutions score 3, mutants die, nothing is stray");
  auto options = std::make_shared<DevOptions>();
  command
      ->add_option("exercise", options->names,
                   "Which exercises; hunt04 is a bug of the hunt; default: all")
      ->type_name("EX");
  command
      ->add_option("--least-visible", options->minimum.visible,
                   "Visible tests an exercise must have")
      ->capture_default_str();
  command
      ->add_option("--least-hidden", options->minimum.hidden, "Hidden tests an exercise must have")
      ->capture_default_str();
  command->add_option("--least-mutants", options->minimum.mutants, "Mutants an exercise must have")
      ->capture_default_str();
  command->add_flag("--quick", options->effort.is_quick,
                    "Compile each mutant with the tests that it dies of, and no others");
  command
      ->add_option("--seeds", options->effort.seeds,
                   "For how many seeds the explorer must find each fault of ordering")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->footer(
      "Examples:\n  promissory dev check\n  promissory dev check 04 --seeds 100\n  promissory dev "
      "check hunt01");
  command->callback([&, options] {
    session.chosen = [&, options] { return dev_check_command(session, *options); };
  });

  auto* evidence = dev->add_subcommand(
      "evidence", "Run every bug under every instrument, and write down who sees what");
  auto measuring = std::make_shared<EvidenceOptions>();
  evidence->add_option("bug", measuring->names, "hunt04, a bug of the hunt; default: all")
      ->type_name("BUG");
  evidence->add_option("--runs", measuring->runs, "How often each is run")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  evidence->add_flag("--check", measuring->check, "Write nothing, only say what is not proved");
  evidence->footer(
      "Examples:\n  promissory dev evidence hunt04\n  promissory dev evidence --runs 2 --check");
  evidence->callback([&, measuring] {
    session.chosen = [&, measuring] { return evidence_command(session, *measuring); };
  });

  auto* picture = dev->add_subcommand("picture", "Run a command and draw its screen as an SVG");
  auto out = std::make_shared<std::filesystem::path>();
  auto argv = std::make_shared<std::vector<std::string>>();
  picture->add_option("file", *out, "The SVG to write")->required()->type_name("FILE");
  picture->add_option("command", *argv, "The command, behind --")->required()->type_name("COMMAND");
  picture->footer("Example:\n  promissory dev picture board.svg -- build/promissory status");
  picture->callback(
      [&, out, argv] { session.chosen = [out, argv] { return picture_command(*out, *argv); }; });
}

}  // namespace promissory::grading
