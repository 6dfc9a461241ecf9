#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/hunter.hpp"
#include "commands/lesson.hpp"
#include "commands/submission.hpp"
#include "hunt/hunt_json.hpp"
#include "showing/junit.hpp"
#include "showing/report_file.hpp"
#include "showing/terminal.hpp"
#include "showing/verdict_json.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

struct GradeOptions {
  std::vector<std::string> names;
  std::optional<fs::path> from;
  std::optional<fs::path> json;
  std::optional<fs::path> junit;
};

std::string mark(const Json& of) {
  return fmt::format("{} of {} points\n", of.at("points").get<int>(),
                     of.at("points_possible").get<int>());
}

// The sum over stretch challenges stands alone when nothing else was asked for.
void show_marks(const Json& report) {
  const auto is_stretch = [](const Json& exercise) { return exercise.value("stretch", false); };
  if (!std::ranges::all_of(report.at("exercises"), is_stretch)) fmt::print("{}", mark(report));
  if (report.contains("stretch")) fmt::print("Stretch challenges: {}", mark(report["stretch"]));
}

// The hunt is graded with everything, where somebody has hunted.
std::vector<Answer> grade_hunt(const Workbook& workbook, const Submission& submission,
                               const GradeOptions& options) {
  std::vector<Answer> answers;
  if (!options.names.empty() || !fs::is_directory(submission.root / "bug-hunt")) return answers;
  const auto hunt = open_hunt(workbook);
  for (const auto& bug : hunt.bugs) {
    answers.push_back(options.from ? judge_answer(workbook, hunt, bug, submission, show_progress)
                                   : Hunter(workbook, hunt).judged(bug));
    clear_progress();
  }
  return answers;
}

int grade_command(const Session& session, const GradeOptions& options) {
  const auto workbook = open_workbook(session.workbook);
  const auto submission = submission_of(workbook, options.from);
  // Before hours of grading, not after: can the reports be written?
  for (const auto& path : {options.json, options.junit}) {
    if (path) check_writable(*path);
  }
  std::optional<Learner> learner;
  if (!options.from) learner.emplace(workbook);
  std::vector<Verdict> verdicts;
  for (const auto& exercise : workbook.select(options.names)) {
    if (learner) learner->journal().touch(exercise.id);
    verdicts.push_back(learner ? learner->verdict(exercise)
                               : grade(workbook, exercise, submission, 0, show_progress));
    clear_progress();
    show_verdict(workbook, exercise, verdicts.back(), submission);
  }
  const auto answers = grade_hunt(workbook, submission, options);
  auto report = report_json(workbook, submission.shown_as, verdicts);
  if (!answers.empty()) report["hunt"] = hunt_json(answers);
  if (options.json) write_report(*options.json, text_of(report, 2) + "\n");
  if (options.junit) write_report(*options.junit, junit_xml(report));
  show_marks(report);
  if (!answers.empty()) fmt::print("Bug hunt: {}", mark(report["hunt"]));
  const bool all_right = std::ranges::all_of(verdicts, &Verdict::right) &&
                         std::ranges::all_of(answers, &Answer::is_full);
  return all_right ? exit_right : exit_wrong;
}

}  // namespace

void add_grade(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "grade", "The whole verdict: hidden tests, sanitizers, your own test; 0 to 3 points");
  auto options = std::make_shared<GradeOptions>();
  command->add_option("exercise", options->names, "Which exercises; default: all")->type_name("EX");
  command
      ->add_option("--from", options->from,
                   "Judge the submission in this folder, laid out like exercises/")
      ->type_name("DIR");
  command->add_option("--json", options->json, "Write the report as JSON (grading/schema/)")
      ->type_name("FILE");
  command->add_option("--junit", options->junit, "Write the report as JUnit XML")
      ->type_name("FILE");
  command->footer(
      "A submission's exercise is judged alone: what it needs of earlier ones comes from the\n"
      "solutions, so an early failure does not fail what stands on it.\n"
      "Examples:\n  promissory grade 04 05\n  promissory grade --from ~/anna --json anna.json\n"
      "  promissory grade 01 02 03 04 05 --from solutions --json out.json");
  command->callback(
      [&, options] { session.chosen = [&, options] { return grade_command(session, *options); }; });
}

}  // namespace promissory::grading
