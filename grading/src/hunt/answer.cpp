#include "hunt/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "complaint.hpp"
#include "showing/paths.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// What the line numbers of a diagnosis are counted in.
fs::path program_as_given(const Workbook& workbook, const Bug& bug) {
  const auto kept = kept_program(workbook, bug);
  return fs::exists(kept) ? kept : workbook.root / "exercises" / bug.folder / bug.file;
}

// Only to speak of it: somebody may have mended it before anything was kept.
bool is_as_given(const Workbook& workbook, const Bug& bug, const Submission& submission) {
  const auto kept = kept_program(workbook, bug);
  return fs::exists(kept) &&
         text_of_file(kept) == text_of_file(submission.root / bug.folder / bug.file);
}

// What cannot be read is no answer, and no reason to judge nothing else.
std::vector<Part> unreadable(const Hunt& hunt, const std::string& why) {
  auto parts = score_diagnosis({}, {}, hunt.choices, {});
  for (auto& part : parts) part.says = why;
  return parts;
}

std::vector<Part> diagnosis_of(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                               const Submission& submission) {
  const auto accepted_file = workbook.root / "tests" / bug.folder / "accepted.toml";
  if (!fs::exists(accepted_file)) return {};
  const auto accepted = read_accepted(accepted_file);
  try {
    return score_diagnosis(read_diagnosis(submission.root / bug.folder / "diagnosis.toml"),
                           accepted, hunt.choices, program_as_given(workbook, bug));
  } catch (const Complaint& complaint) {
    return unreadable(hunt, without_root(workbook.root, complaint.what()));
  }
}

std::string step(const Stage& stage) {
  return stage.name == "tsan" || stage.name == "asan" ? "under " + stage.name
                                                      : "by the step “" + stage.name + "”";
}

Part part_of(const std::optional<Verdict>& mend) {
  Part part{.name = "mend", .points = 0, .possible = points_of_a_mend, .says = {}};
  if (!mend) {
    part.says = "not judged yet";
  } else if (const auto* lacking = mend->first_lacking()) {
    part.possible = 0;
    part.says = "not judged here: " + lacking->why;
  } else if (const auto* failed = mend->first_failed()) {
    part.says = fmt::format("refused {}: {}", step(*failed), failed->why);
    const auto& first = failed->diagnostic;
    if (!first.message.empty() && first.message != failed->why) {
      const bool has_place = !first.file.empty() && first.line > 0;
      part.says += has_place ? fmt::format(": {}:{}: {}", fs::path(first.file).filename().string(),
                                           first.line, first.message)
                             : ": " + first.message;
    }
  } else {
    part.points = part.possible;
    part.says = std::ranges::any_of(
                    mend->stages,
                    [](const Stage& stage) { return stage.status == StageStatus::not_judged; })
                    ? "right, as far as this copy can tell: it has no hidden tests"
                    : "right in every flavour";
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
    for (const auto& file : {bug.file, std::string("diagnosis.toml")}) {
      const auto kept = kept_program(workbook, bug).parent_path() / file;
      const auto current = workbook.root / "exercises" / bug.folder / file;
      if (fs::exists(kept) || !fs::is_regular_file(current)) continue;
      fs::create_directories(kept.parent_path());
      fs::copy_file(current, kept);
    }
  }
}

Answer make_answer(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                   const Submission& submission, const std::optional<Verdict>& mend) {
  Answer answer{.bug = bug, .parts = diagnosis_of(workbook, hunt, bug, submission)};
  answer.parts.push_back(part_of(mend));
  auto& part = answer.parts.back();
  const auto* failed = mend ? mend->first_failed() : nullptr;
  const bool is_broken_otherwise = failed != nullptr && !failed->diagnostic.message.empty();
  if (part.points < part.possible && !is_broken_otherwise &&
      is_as_given(workbook, bug, submission)) {
    part.says = "the program is as it was given";
  }
  return answer;
}

Answer judge_answer(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
                    const Submission& submission, const Progress& progress) {
  return make_answer(workbook, hunt, bug, submission,
                     judge_mend(workbook, bug.as_exercise(), submission,
                                explore_command(bug, submission.shown_as), progress));
}

void HuntMark::count(const Answer& answer) {
  if (answer.bug.is_variation) return;
  points += answer.points();
  possible += answer.possible();
}

}  // namespace promissory::grading
