#include "commands/hunter.hpp"

#include "journal/digest.hpp"
#include "showing/terminal.hpp"
#include "showing/verdict_json.hpp"

namespace promissory::grading {

Hunter::Hunter(const Workbook& workbook, const Hunt& hunt)
    : workbook_(workbook), hunt_(hunt), journal_(workbook.root) {
  keep_programs(workbook, hunt);
}

Answer Hunter::judged(const Bug& bug) {
  const auto exercise = bug.as_exercise();
  journal_.touch(exercise.id);
  const auto key = digest(workbook_, exercise, submission());
  auto mend = kept(bug, key);
  if (!mend) {
    mend = judge_mend(workbook_, exercise, submission(), explore_command(bug, "exercises"),
                      show_progress);
    // What is lacking may be there the next time.
    if (mend->first_lacking() == nullptr) {
      journal_.keep_verdict(exercise.id, key, text_of(to_json(workbook_, exercise, *mend)));
    }
  }
  return make_answer(workbook_, hunt_, bug, submission(), mend);
}

Answer Hunter::so_far(const Bug& bug) {
  const auto mend = kept(bug, digest(workbook_, bug.as_exercise(), submission()));
  return make_answer(workbook_, hunt_, bug, submission(), mend);
}

std::optional<Verdict> Hunter::kept(const Bug& bug, const std::string& key) {
  const auto json = journal_.kept_verdict(bug.as_exercise().id, key);
  if (!json) return std::nullopt;
  return from_json(Json::parse(*json));
}

}  // namespace promissory::grading
