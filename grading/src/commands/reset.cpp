#include <fmt/format.h>
#include <unistd.h>

#include <ctime>

#include "commands/commands.hpp"
#include "commands/hunter.hpp"
#include "commands/learner.hpp"
#include "complaint.hpp"
#include "running/process.hpp"
#include "showing/paths.hpp"
#include "showing/report_file.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// A file that was edited before the tool first ran has no kept starter; git may know it: the oldest
// version of the file that git still has.
std::string starter_from_git(const Workbook& workbook, const std::string& path) {
  const auto log = run({.argv = {"git", "log", "--format=%H", "--diff-filter=A", "--", path},
                        .folder = workbook.root});
  const auto commit = log.out.substr(0, log.out.find('\n'));
  if (log.exit_code != 0 || commit.empty()) return "";
  return run({.argv = {"git", "show", commit + ":" + path}, .folder = workbook.root}).out;
}

// "hunt01" is a bug of the hunt, anything else an exercise. What is its, and may be edited:
Exercise to_be_reset(const Workbook& workbook, const std::string& name) {
  if (!name.starts_with("hunt")) {
    const Learner learner(workbook);
    auto exercise = workbook.find(name);
    exercise.files.emplace_back("my_test.cpp");
    return exercise;
  }
  const auto hunt = open_hunt(workbook);
  const Hunter hunter(workbook, hunt);
  auto program = hunt.find(name.substr(4)).as_exercise();
  program.files.emplace_back("diagnosis.toml");
  return program;
}

int reset(const Session& session, const std::string& name) {
  const auto workbook = open_workbook(session.workbook);
  const auto exercise = to_be_reset(workbook, name);
  const auto backup = backup_folder(workbook) /
                      fmt::format("{}-{}", std::time(nullptr), ::getpid()) / exercise.folder;
  for (const auto& file : exercise.files) {
    const auto current = workbook.starter(exercise) / file;
    const auto kept = starters_folder(workbook) / exercise.folder / file;
    const auto shown = shortened(workbook.root, current.string());
    const auto starter = fs::exists(kept) ? text_of_file(kept) : starter_from_git(workbook, shown);
    if (starter.empty()) {
      throw Complaint(
          fmt::format("no untouched copy of {} is known: take it from a fresh clone", shown));
    }
    if (fs::exists(current) && text_of_file(current) == starter) continue;
    if (fs::exists(current)) {
      fs::create_directories(backup);
      fs::copy_file(current, backup / file);
    }
    write_report(current, starter);
    fmt::print("{} is as it was given; yours is kept in {}\n", shown,
               shortened(workbook.root, (backup / file).string()));
  }
  return exit_right;
}

}  // namespace

void add_reset(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "reset", "Give an exercise's files back as they were; yours are kept aside");
  auto name = std::make_shared<std::string>();
  command->add_option("exercise", *name, "04, or a part of its name; hunt04 is a bug of the hunt")
      ->required()
      ->type_name("EX");
  command->footer(
      "Hints already taken still count.\nExamples:\n  promissory reset 04\n  promissory reset "
      "hunt04");
  command->callback([&, name] { session.chosen = [&, name] { return reset(session, *name); }; });
}

}  // namespace promissory::grading
