#include "verdict/verdict.hpp"

#include <algorithm>

namespace promissory::grading {

const char* name_of(StageStatus status) {
  switch (status) {
    case StageStatus::passed:
      return "passed";
    case StageStatus::failed:
      return "failed";
    case StageStatus::skipped:
      return "skipped";
    case StageStatus::not_judged:
      return "not judged";
  }
  return "unknown";
}

int Stage::passed() const {
  return static_cast<int>(std::ranges::count_if(tests, &TestResult::passed));
}

const Stage* Verdict::first_failed() const {
  const auto found = std::ranges::find(stages, StageStatus::failed, &Stage::status);
  return found == stages.end() ? nullptr : &*found;
}

const Stage* Verdict::first_lacking() const {
  if (first_failed() != nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      stages, [](const Stage& stage) { return stage.is_lacking && stage.name != "mine"; });
  return found == stages.end() ? nullptr : &*found;
}

bool Verdict::right() const {
  return !stages.empty() && std::ranges::all_of(stages, [](const Stage& stage) {
    return stage.name == "mine" || stage.status == StageStatus::passed ||
           (stage.status == StageStatus::not_judged && !stage.is_lacking);
  });
}

int Verdict::mutants_killed() const {
  return static_cast<int>(std::ranges::count_if(mutants, &MutantFate::killed));
}

}  // namespace promissory::grading
