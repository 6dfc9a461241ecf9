#include "commands/commands.hpp"
#include "commands/lesson.hpp"

namespace promissory::grading {
namespace {

int hint(const Session& session, const std::string& name, bool again) {
  const auto workbook = open_workbook(session.workbook);
  Learner learner(workbook);
  Lesson lesson(workbook, learner);
  const auto& exercise = workbook.find(name);
  return again ? lesson.hints_so_far(exercise) : lesson.hint(exercise);
}

}  // namespace

void add_hint(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("hint", "Show the next hint; from then on the exercise scores at most 1");
  auto name = std::make_shared<std::string>();
  auto again = std::make_shared<bool>(false);
  command->add_option("exercise", *name, "04, or a part of its name")->required()->type_name("EX");
  command->add_flag("--again", *again, "Show the hints that were already taken, take none");
  command->footer("Examples:\n  promissory hint 04\n  promissory hint 04 --again");
  command->callback([&, name, again] {
    session.chosen = [&, name, again] { return hint(session, *name, *again); };
  });
}

}  // namespace promissory::grading
