#include "hunt/answer.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

std::string text_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the line numbers of a diagnosis are counted in.
fs::path program_as_given(const Workbook& workbook, const Bug& bug) {
  const auto kept = kept_program(workbook, bug);
  return fs::exists(kept) ? kept : workbook.root / "exercises" / bug.folder / bug.file;
}

std::vector<Part> diagnosis_of(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                               const Submission& submission) {
  const auto accepted = workbook.root / "tests" / bug.folder / "accepted.toml";
  if (!fs::exists(accepted)) return {};
  return score_diagnosis(read_diagnosis(submission.root / bug.folder / "diagnosis.toml"),
                         read_accepted(accepted), hunt.choices, program_as_given(workbook, bug));
}

bool is_as_given(const Workbook& workbook, const Bug& bug, const fs::path& submitted) {
  const auto given = program_as_given(workbook, bug);
  std::error_code ignored;
  return fs::exists(given) && !fs::equivalent(given, submitted, ignored) &&
         text_in(given) == text_in(submitted);
}

std::string step(const Stage& stage) {
  return stage.name == "tsan" || stage.name == "asan" ? "under " + stage.name
                                                      : "by the step “" + stage.name + "”";
}

Part part_of(const Verdict& mend) {
  Part part{.name = "mend", .points = 0, .possible = points_of_a_mend, .says = {}};
  if (mend.stages.empty()) {
    part.says = "the program is as it was given";
  } else if (const auto* lacking = mend.first_lacking()) {
    part.possible = 0;
    part.says = "not judged here: " + lacking->why;
  } else if (const auto* failed = mend.first_failed()) {
    part.says = fmt::format("refused {}: {}", step(*failed), failed->why);
    if (!failed->diagnostic.message.empty() && failed->diagnostic.message != failed->why) {
      part.says += ": " + failed->diagnostic.message;
    }
  } else {
    part.points = part.possible;
    part.says = "right in every flavour";
  }
  return part;
}

}  // namespace

int Answer::points() const {
  int sum = 0;
  for (const auto& part : parts) sum += part.points;
  return sum;
}

int Answer::possible() const {
  int sum = 0;
  for (const auto& part : parts) sum += part.possible;
  return sum;
}

fs::path kept_program(const Workbook& workbook, const Bug& bug) {
  return workbook.root / ".promissory" / "starters" / bug.folder / bug.file;
}

void keep_programs(const Workbook& workbook, const Hunt& hunt) {
  for (const auto& bug : hunt.bugs) {
    const auto kept = kept_program(workbook, bug);
    const auto current = workbook.root / "exercises" / bug.folder / bug.file;
    if (fs::exists(kept) || !fs::is_regular_file(current)) continue;
    fs::create_directories(kept.parent_path());
    fs::copy_file(current, kept);
  }
}

Answer judge_answer(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                    const Submission& submission, const Progress& progress) {
  Answer answer{.bug = bug, .parts = diagnosis_of(workbook, hunt, bug, submission), .mend = {}};
  if (!is_as_given(workbook, bug, submission.root / bug.folder / bug.file)) {
    answer.mend = judge_mend(workbook, bug.as_exercise(), submission, progress);
  }
  answer.parts.push_back(part_of(answer.mend));
  return answer;
}

void HuntMark::count(const Answer& answer) {
  if (answer.bug.is_variation) return;
  points += answer.points();
  possible += answer.possible();
}

}  // namespace promissory::grading
