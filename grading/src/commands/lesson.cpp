#include "commands/lesson.hpp"

#include <fmt/format.h>

#include "commands/commands.hpp"
#include "showing/explain.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

void show_rung(const Exercise& exercise, int rung) {
  const auto& hint = exercise.hints.at(static_cast<std::size_t>(rung) - 1);
  const auto title = fmt::format("Hint {} of {} · {}", rung, exercise.hints.size(), hint.title);
  fmt::print("{}\n\n{}\n", paint(Colour::bold, title), wrapped(hint.text, 88, "  "));
}

}  // namespace

int Lesson::check(const Exercise& exercise) {
  learner_.journal().touch(exercise.id);
  const auto verdict = grading::check(workbook_, exercise, learner_.submission(), show_progress);
  clear_progress();
  if (const auto* stage = verdict.first_failed()) {
    fmt::print("{}",
               explain_first_failure(workbook_, exercise, verdict, learner_.submission().root));
    if (!stage->tests.empty()) {
      fmt::print("\n  {} of {} visible tests pass ({:.1f} s)\n", stage->passed(),
                 stage->tests.size(), verdict.wall_seconds);
    }
    return exit_wrong;
  }
  if (const auto* stage = verdict.first_lacking()) {
    fmt::print("{} {} · not judged: {}\n", paint(Colour::yellow, "?"), exercise.folder, stage->why);
    return exit_wrong;
  }
  fmt::print(
      "{} {} · all {} visible tests pass ({:.1f} s). `promissory grade {}` gives the verdict.\n",
      paint(Colour::green, "✓"), exercise.folder, verdict.stages.back().tests.size(),
      verdict.wall_seconds, exercise.id);
  return exit_right;
}

int Lesson::grade(const Exercise& exercise) {
  learner_.journal().touch(exercise.id);
  const auto verdict = learner_.verdict(exercise);
  clear_progress();
  show_verdict(workbook_, exercise, verdict, learner_.submission());
  return verdict.right() ? exit_right : exit_wrong;
}

int Lesson::hint(const Exercise& exercise) {
  const auto total = static_cast<int>(exercise.hints.size());
  int used = learner_.journal().hints_used(exercise.id);
  if (used >= total) {
    fmt::print("All {} hints of {} are shown; `promissory hint {} --again` repeats them.\n", total,
               exercise.folder, exercise.id);
    return exit_right;
  }
  used = learner_.journal().take_hint(exercise.id);
  show_rung(exercise, std::min(used, total));
  fmt::print("{}\n", paint(Colour::dim, fmt::format("{} of {} hints used: {} now scores at most 1.",
                                                    used, total, exercise.id)));
  return exit_right;
}

int Lesson::hints_so_far(const Exercise& exercise) {
  const int used = learner_.journal().hints_used(exercise.id);
  if (used == 0) fmt::print("No hint of {} has been shown yet.\n", exercise.folder);
  for (int rung = 1; rung <= used; ++rung) show_rung(exercise, rung);
  return exit_right;
}

Exercise Lesson::next() {
  std::vector<BoardRow> rows;
  for (const auto& exercise : workbook_.exercises) {
    rows.push_back(learner_.row(exercise));
    const auto& verdict = rows.back().verdict;
    if (!verdict.right() && verdict.first_lacking() == nullptr) break;
  }
  clear_progress();
  const auto* step = next_step(rows);
  return step == nullptr ? workbook_.exercises.front() : step->exercise;
}

void show_verdict(const Workbook& workbook, const Exercise& exercise, const Verdict& verdict,
                  const Submission& submission) {
  const auto colour = verdict.score == 3   ? Colour::green
                      : verdict.score == 0 ? Colour::red
                                           : Colour::yellow;
  const auto score = verdict.first_lacking() != nullptr
                         ? paint(Colour::yellow, "not judged")
                         : paint(colour, fmt::format("{} of 3 points{}", verdict.score,
                                                     exercise.stretch ? ", stretch" : ""));
  fmt::print("{}  {}\n{}", paint(Colour::bold, exercise.folder), score, list_stages(verdict));
  if (verdict.right() && verdict.hints_used > 0) {
    fmt::print("    hints used: {}, which caps the score at 1\n", verdict.hints_used);
  }
  const auto why = explain_first_failure(workbook, exercise, verdict, submission.root);
  fmt::print("{}{}\n", why.empty() ? "" : "\n", why);
}

}  // namespace promissory::grading
