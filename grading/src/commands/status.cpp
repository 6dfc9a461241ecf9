#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/hunter.hpp"
#include "commands/learner.hpp"
#include "showing/board.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

// What is known of it; `promissory hunt --answer` judges.
void show_hunt(const Workbook& workbook) {
  const auto hunt = open_hunt(workbook);
  if (hunt.bugs.empty()) return;
  Hunter hunter(workbook, hunt);
  HuntMark mark;
  for (const auto& bug : hunt.bugs) mark.count(hunter.so_far(bug));
  fmt::print("\nBug hunt: {} of {} points, see promissory hunt\n", mark.points, mark.possible);
}

int status(const Session& session) {
  const auto workbook = open_workbook(session.workbook);
  Learner learner(workbook);
  std::vector<BoardRow> rows;
  for (const auto& exercise : workbook.exercises) rows.push_back(learner.row(exercise));
  clear_progress();
  fmt::print("{}", board(workbook, rows));
  show_hunt(workbook);
  return exit_right;
}

}  // namespace

void add_status(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("status", "Judge your exercises and show the board (the default)");
  command->footer("Examples:\n  promissory\n  promissory status");
  command->callback([&] { session.chosen = [&] { return status(session); }; });
  session.chosen = [&] { return status(session); };
}

}  // namespace promissory::grading
