#include "commands/learner.hpp"

#include "journal/digest.hpp"
#include "showing/terminal.hpp"
#include "showing/verdict_json.hpp"
#include "verdict/score.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

bool is_untouched(const fs::path& file) {
  const auto text = text_of_file(file);
  return text.find("todo(") != std::string::npos || text.find("FAIL() <<") != std::string::npos;
}

void keep_starters(const Workbook& workbook) {
  for (const auto& exercise : workbook.exercises) {
    auto files = exercise.files;
    files.emplace_back("my_test.cpp");
    for (const auto& file : files) {
      const auto kept = starters_folder(workbook) / exercise.folder / file;
      const auto current = workbook.starter(exercise) / file;
      if (fs::exists(kept) || !fs::is_regular_file(current) || !is_untouched(current)) continue;
      fs::create_directories(kept.parent_path());
      fs::copy_file(current, kept);
    }
  }
}

}  // namespace

fs::path starters_folder(const Workbook& workbook) {
  return workbook.root / ".promissory" / "starters";
}

fs::path backup_folder(const Workbook& workbook) {
  return workbook.root / ".promissory" / "backup";
}

Learner::Learner(const Workbook& workbook) : workbook_(workbook), journal_(workbook.root) {
  keep_starters(workbook);
}

Verdict Learner::verdict(const Exercise& exercise) {
  const auto key = digest(workbook_, exercise, submission());
  const int hints = journal_.hints_used(exercise.id);
  Verdict verdict;
  if (const auto kept = journal_.kept_verdict(exercise.id, key)) {
    verdict = from_json(Json::parse(*kept));
  } else {
    verdict = grade(workbook_, exercise, submission(), hints, show_progress);
    // What is lacking may be there the next time.
    if (verdict.first_lacking() != nullptr) return verdict;
    journal_.keep_verdict(exercise.id, key, text_of(to_json(workbook_, exercise, verdict)));
  }
  // A hint taken since then caps the score of the kept verdict too.
  verdict.hints_used = hints;
  verdict.score = score_of(verdict);
  return verdict;
}

BoardRow Learner::row(const Exercise& exercise) {
  return {exercise, verdict(exercise), journal_.worked_on(exercise.id)};
}

}  // namespace promissory::grading
