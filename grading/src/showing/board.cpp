#include "showing/board.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "showing/explain.hpp"
#include "showing/terminal.hpp"
#include "verdict/score.hpp"

namespace promissory::grading {
namespace {

std::string repeat(const char* glyph, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += glyph;
  return text;
}

std::string stars(const Verdict& verdict) {
  const auto text = repeat("●", verdict.score) + repeat("○", 3 - verdict.score);
  return paint(verdict.score == 0   ? Colour::dim
               : verdict.score == 3 ? Colour::green
                                    : Colour::yellow,
               text);
}

std::string state(const Verdict& verdict) {
  if (const auto* lacking = verdict.first_lacking()) return "not judged: " + lacking->why;
  const auto* stage = verdict.first_failed();
  if (stage == nullptr) {
    return verdict.mutants.empty()
               ? "right"
               : fmt::format("right; your test breaks {} of {} earlier versions",
                             verdict.mutants_killed(), verdict.mutants.size());
  }
  if (stage->name == "mine") return "right; " + stage->why;
  if (stage->tests.empty()) return stage->name + ": " + stage->why;
  return fmt::format("{}: {} of {} tests pass", stage->name, stage->passed(), stage->tests.size());
}

std::string minutes(const BoardRow& row) {
  const auto worked = std::chrono::duration_cast<std::chrono::minutes>(row.worked).count();
  return fmt::format("{} of {} min", worked, row.exercise.minutes);
}

// What cannot be judged here is no reason to stand still.
bool can_become_right(const BoardRow& row) {
  return !row.verdict.right() && row.verdict.first_lacking() == nullptr;
}

bool can_earn_the_third_point(const BoardRow& row) {
  return row.verdict.right() && row.verdict.score < 3 && row.verdict.hints_used == 0;
}

std::string rows_of(const std::vector<BoardRow>& rows, bool stretch) {
  std::string text;
  for (const auto& row : rows) {
    if (row.exercise.stretch != stretch) continue;
    text += fmt::format(
        "  {} {}  {:<24} {}  {} {:<13} {}\n", row.exercise.id, row.exercise.level,
        row.exercise.folder.substr(row.exercise.id.size() + 1), stars(row.verdict),
        row.verdict.hints_used == 1 ? "1 hint  " : fmt::format("{} hints ", row.verdict.hints_used),
        minutes(row), paint(Colour::dim, state(row.verdict)));
  }
  return text;
}

}  // namespace

const BoardRow* next_step(const std::vector<BoardRow>& rows) {
  for (const bool stretch : {false, true}) {
    for (const auto& wanted : {can_become_right, can_earn_the_third_point}) {
      const auto row = std::ranges::find_if(rows, [&](const BoardRow& candidate) {
        return candidate.exercise.stretch == stretch && wanted(candidate);
      });
      if (row != rows.end()) return &*row;
    }
  }
  return nullptr;
}

std::string board(const Workbook& workbook, const std::vector<BoardRow>& rows) {
  Marks marks;
  for (const auto& row : rows) marks.of(row.exercise.stretch).count(row.verdict);
  const auto [points, possible] = marks.exercises;
  constexpr int bar_width = 40;
  const int filled = possible == 0 ? 0 : points * bar_width / possible;
  std::string text =
      fmt::format("\n  {}  {}{}  {} of {} points\n\n", paint(Colour::bold, "Promissory"),
                  paint(Colour::green, repeat("█", filled)),
                  paint(Colour::dim, repeat("░", bar_width - filled)), points, possible);
  text += rows_of(rows, false);
  if (const auto stretch = rows_of(rows, true); !stretch.empty()) {
    text += fmt::format("\n  {}, a mark of their own: {} of {} points\n\n{}",
                        paint(Colour::bold, "Stretch challenges"), marks.stretch.points,
                        marks.stretch.possible, stretch);
  }
  const auto& band = band_of(points);
  text += "\n" + wrapped(fmt::format("{} {}", band.means, band.next), 90, "  ");
  if (const auto* next = next_step(rows)) {
    text += fmt::format("\n  Next: {} {} — {}\n\n", next->exercise.id, next->exercise.title,
                        next->exercise.goal);
    const auto failure =
        explain_first_failure(workbook, next->exercise, next->verdict, workbook.root / "exercises");
    text += failure;
    text += fmt::format(
        "\n  {}\n",
        paint(Colour::dim, fmt::format("promissory watch · check {0} · hint {0} · grade {0}",
                                       next->exercise.id)));
  } else {
    text += std::ranges::any_of(rows, [](const BoardRow& row) { return !row.verdict.right(); })
                ? "\n  Every exercise that can be judged here is done.\n"
                : "\n  Every exercise is done.\n";
  }
  return text;
}

}  // namespace promissory::grading
