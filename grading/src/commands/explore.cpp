#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "commands/commands.hpp"
#include "commands/exploring.hpp"
#include "commands/submission.hpp"
#include "complaint.hpp"
#include "running/process.hpp"
#include "running/shell_word.hpp"
#include "showing/explain.hpp"
#include "showing/report_file.hpp"
#include "showing/schedule_page.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

struct ExploreOptions {
  std::string exercise;
  std::string test;
  std::string seed;
  int schedules = 0;
  std::string strategy;
  std::optional<fs::path> from;
  std::optional<fs::path> file;
  std::optional<fs::path> html;
  bool all = false;
  bool gdb = false;
};

fs::path source_of(const Workbook& workbook, const Exercise& exercise,
                   const ExploreOptions& options) {
  if (options.file) {
    if (!fs::is_regular_file(*options.file)) {
      throw Complaint(fmt::format("--file {}: there is no such file", options.file->string()));
    }
    return fs::canonical(*options.file);
  }
  const auto source = explore_tests(workbook, exercise);
  if (fs::exists(source)) return source;
  throw Complaint(
      fmt::format("{}: a test of your own can be explored with --file FILE",
                  workbook.has_solutions()
                      ? exercise.folder + " has no explore tests"
                      : "this copy is a handout, and explore tests are hidden tests: it has none"));
}

// Everything that decides what is explored stands in it, so that it can be typed again.
std::string command_of(const Exercise& exercise, const Submission& submission,
                       const ExploreOptions& options) {
  auto command = explore_command(exercise, submission.shown_as);
  if (options.file) command += " --file " + for_a_shell(options.file->string());
  return command;
}

std::vector<std::string> settings_of(const ExploreOptions& options, const Seed& seed,
                                     const std::string& command) {
  auto settings = settings_for(seed, options.all);
  settings.push_back(to_explore_again(command));
  if (!options.strategy.empty()) {
    settings.push_back("PROMISSORY_EXPLORE_STRATEGY=" + options.strategy);
  }
  if (options.schedules > 0) {
    settings.push_back(fmt::format("PROMISSORY_EXPLORE_SCHEDULES={}", options.schedules));
  }
  return settings;
}

void show_passed(const TestResult& test) {
  const auto& explored = test.explored;
  std::string how;
  if (explored.exhausted) {
    how = fmt::format("every order there is: {} schedule{}", explored.schedules,
                      explored.schedules == 1 ? "" : "s");
  } else if (explored.schedules > 0) {
    how = fmt::format("{} schedule{}", explored.schedules, explored.schedules == 1 ? "" : "s");
  } else {
    how = "nothing explored: no EXPLORE({…}) in it";
  }
  fmt::print("{} {}  {} ({:.1f} s)\n", paint(Colour::green, "✓"), test.name,
             paint(Colour::dim, how), test.wall_seconds);
}

std::string debugger() {
  const auto found = run({.argv = {"sh", "-c", "command -v gdb"}});
  if (found.exit_code != 0) {
    throw Complaint("gdb is not installed: say `apt-get install gdb` (or the like) and try again");
  }
  return found.out.substr(0, found.out.find('\n'));
}

// Becomes gdb: the terminal is its own from here on. @throws Complaint when it does not start
[[noreturn]] void debug(const Workbook& workbook, const std::string& gdb, const fs::path& program,
                        const TestResult& test) {
  auto settings = open_kit(workbook, "explore").env;
  settings.push_back("PROMISSORY_EXPLORE_NO_FORK=1");
  settings.push_back("PROMISSORY_EXPLORE_REPLAY=" + test.explored.schedule->replay);
  for (const auto& setting : settings) {
    const auto equals = setting.find('=');
    ::setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
  fmt::print(
      "gdb stops where the schedule has failed: `run`, then `thread apply all backtrace`.\n");
  std::fflush(stdout);
  std::vector<std::string> words{gdb,
                                 "-ex",
                                 "set print inferior-events off",
                                 "-ex",
                                 "break promissory::explorer::world::end_schedule",
                                 "--args",
                                 program.string(),
                                 "--gtest_filter=" + test.name,
                                 "--gtest_color=no"};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(gdb.c_str(), argv.data());
  throw Complaint(gdb + " does not start");
}

int explore_this(const Session& session, const ExploreOptions& options) {
  const auto workbook = open_workbook(session.workbook);
  const auto& exercise = workbook.find(options.exercise);
  const auto submission = submission_of(workbook, options.from);
  const auto source = source_of(workbook, exercise, options);
  const auto tests = chosen_tests(source, options.test);
  const auto seed = seed_of(options.seed);
  if (!seed.replay.empty() && tests.size() > 1) {
    throw Complaint(
        fmt::format("--seed {} is one schedule of one test: say which, with --test", options.seed));
  }
  if (!seed.replay.empty() && (options.schedules > 0 || !options.strategy.empty())) {
    throw Complaint(fmt::format(
        "--seed {} is one schedule: --schedules and --strategy do not go with it", options.seed));
  }
  if (options.html) check_writable(*options.html);
  const auto gdb = options.gdb ? debugger() : std::string();

  const auto command = command_of(exercise, submission, options);
  const auto explored = explore(workbook, exercise, submission,
                                {.source = source,
                                 .only = tests,
                                 .settings = settings_of(options, seed, command),
                                 .for_debugger = options.gdb},
                                show_progress);
  clear_progress();
  const auto& stage = explored.verdict.stages.back();
  std::vector<Schedule> schedules;
  const TestResult* first = nullptr;
  for (const auto& test : stage.tests) {
    if (test.passed()) show_passed(test);
    if (!test.failed()) continue;
    fmt::print("{}\n", explain_exploration(workbook, exercise, test, submission.root));
    if (!test.explored.schedule) continue;
    schedules.push_back(*test.explored.schedule);
    if (first == nullptr) first = &test;
  }
  if (const auto* lacking = explored.verdict.first_lacking()) {
    fmt::print("{} {} · not judged: {}\n", paint(Colour::yellow, "?"), exercise.folder,
               lacking->why);
  } else if (stage.tests.empty()) {
    fmt::print("{}", explain_first_failure(workbook, exercise, explored.verdict, submission.root));
  } else {
    const auto count = static_cast<int>(stage.tests.size());
    fmt::print("{} of {} explore tests pass ({:.1f} s)\n", stage.passed(), count,
               explored.verdict.wall_seconds);
  }
  if (options.html && schedules.empty()) {
    fmt::print("No schedule has failed: {} is not written.\n", options.html->string());
  } else if (options.html) {
    write_report(*options.html, schedule_page(workbook, command, schedules));
    fmt::print("{} draws {}\n", options.html->string(),
               schedules.size() == 1 ? "it" : "each of them");
  }
  if (options.gdb && first == nullptr) fmt::print("No schedule has failed: nothing for gdb.\n");
  if (options.gdb && first != nullptr) debug(workbook, gdb, explored.program, *first);
  return explored.verdict.right() ? exit_right : exit_wrong;
}

}  // namespace

void add_explore(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "explore", "Run an exercise's tests under thousands of chosen interleavings");
  auto options = std::make_shared<ExploreOptions>();
  command->add_option("exercise", options->exercise, "04, or a part of its name")
      ->required()
      ->type_name("EX");
  command->add_option("--test", options->test, "Only tests with this in their name")
      ->type_name("NAME");
  command
      ->add_option("--seed", options->seed,
                   "Other schedules (a number), or one schedule again (mix:1:37, as in a report)")
      ->type_name("SEED")
      ->check(CLI::Validator(complaint_about_seed, "", ""));
  command
      ->add_option("--schedules", options->schedules, "At most so many; default: as the test says")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--strategy", options->strategy, "How the next thread is chosen")
      ->type_name("NAME")
      ->check(CLI::IsMember({"mix", "random", "pct", "pos", "exhaustive"}));
  command
      ->add_option("--from", options->from,
                   "Explore the submission in this folder, laid out like exercises/")
      ->type_name("DIR");
  command
      ->add_option("--file", options->file, "Explore a test file of your own that says EXPLORE({})")
      ->type_name("FILE");
  command->add_flag("--all", options->all, "Show every step, not only those that matter");
  command->add_option("--html", options->html, "Draw the schedule that failed")->type_name("FILE");
  command->add_flag("--gdb", options->gdb, "Run the schedule that failed under gdb");
  command->footer(
      "A test of your own: #include \"explorer/explorer.hpp\", TEST(Mine, Once) { EXPLORE({}) { … "
      "}; }\n"
      "Examples:\n  promissory explore 04\n  promissory explore 04 --test EveryAwaiter --html "
      "schedule.html\n"
      "  promissory explore 04 --test EveryAwaiterIsWoken --seed mix:1:37 --all\n"
      "  promissory explore 04 --file exercises/04-once-promise/my_explore_test.cpp "
      "--strategy exhaustive");
  command->callback(
      [&, options] { session.chosen = [&, options] { return explore_this(session, *options); }; });
}

}  // namespace promissory::grading
