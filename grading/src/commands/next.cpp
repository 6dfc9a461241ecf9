#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/learner.hpp"
#include "showing/explain.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

int next(const Session& session) {
  const auto workbook = open_workbook(session.workbook);
  Learner learner(workbook);
  std::vector<BoardRow> rows;
  for (const auto& exercise : workbook.exercises) rows.push_back(learner.row(exercise));
  clear_progress();
  const auto* step = next_step(rows);
  if (step == nullptr) {
    fmt::print("Every exercise is done.\n");
    return exit_right;
  }
  fmt::print("{} {} — {}\n{}\n", step->exercise.id, step->exercise.title, step->exercise.goal,
             place_to_edit(workbook, step->exercise, step->verdict, learner.submission().root));
  return exit_right;
}

}  // namespace

void add_next(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("next", "Name the next exercise and the line to edit");
  command->footer("Example:\n  promissory next");
  command->callback([&] { session.chosen = [&] { return next(session); }; });
}

}  // namespace promissory::grading
