#include "commands/commands.hpp"
#include "commands/lesson.hpp"

namespace promissory::grading {
namespace {

int check_command(const Session& session, const std::vector<std::string>& names) {
  const auto workbook = open_workbook(session.workbook);
  Learner learner(workbook);
  Lesson lesson(workbook, learner);
  const auto chosen = names.empty() ? std::vector{lesson.next()} : workbook.select(names);
  int code = exit_right;
  for (const auto& exercise : chosen) code = std::max(code, lesson.check(exercise));
  return code;
}

}  // namespace

void add_check(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "check", "Compile an exercise and run its visible tests: the one-second loop");
  auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("exercise", *names, "04, or a part of a name; default: the next to do")
      ->type_name("EX");
  command->footer("Examples:\n  promissory check 04\n  promissory check once-promise");
  command->callback(
      [&, names] { session.chosen = [&, names] { return check_command(session, *names); }; });
}

}  // namespace promissory::grading
