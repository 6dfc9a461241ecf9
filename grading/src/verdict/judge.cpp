#include "verdict/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "complaint.hpp"
#include "running/folder_lock.hpp"
#include "running/parallel.hpp"
#include "running/shell_word.hpp"
#include "verdict/audit.hpp"
#include "verdict/judge_tests.hpp"
#include "verdict/overlay.hpp"
#include "verdict/score.hpp"
#include "workbook/mutant.hpp"
#include "workbook/test_source.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// A link out of the submission, to a solution for instance, is not the learner's work.
bool leads_out(const fs::path& root, const fs::path& file) {
  const auto inside = fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(root));
  return inside.empty() || *inside.begin() == "..";
}

// Judges one file of a submission before anything compiles it.
void audit_file(const Submission& submission, const fs::path& file, Submitted kind, Stage& stage) {
  const auto name = file.filename().string();
  const auto refuse = [&](int line, const std::string& word, const std::string& what) {
    stage.status = StageStatus::failed;
    stage.why = what;
    stage.diagnostic = {file.string(), line, word, what};
  };
  if (!fs::is_regular_file(file)) {
    refuse(1, "error", fmt::format("there is no {}", name));
  } else if (leads_out(submission.root, file)) {
    refuse(1, "refused", fmt::format("{} is a link that leads out of the submission", name));
  } else if (const auto finding = audit(file, kind)) {
    refuse(finding->line, "refused", finding->what);
  }
}

Stage audit_stage(const Exercise& exercise, const Submission& submission) {
  Stage stage{
      .name = "audit", .status = StageStatus::passed, .why = {}, .diagnostic = {}, .tests = {}};
  for (const auto& file : exercise.files) {
    audit_file(submission, submission.root / exercise.folder / file, Submitted::code, stage);
    if (stage.status == StageStatus::failed) break;
  }
  return stage;
}

// The learner's own test: it must pass on the reference, in every flavour in which a mutant dies,
// and fail on at least one mutant; each of them time after time, lest luck gain a point.
class OwnTest {
 public:
  OwnTest(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
          const Overlay& overlay, const Progress& progress)
      : workbook_(workbook),
        exercise_(exercise),
        submission_(submission),
        overlay_(overlay),
        source_(overlay.folder() / "my_test.cpp"),
        progress_(progress) {}

  Stage judge(Verdict& verdict) {
    Stage stage{.name = "mine",
                .status = StageStatus::not_judged,
                .why = {},
                .diagnostic = {},
                .tests = {}};
    if (!workbook_.has_solutions()) {
      stage.why = "your own test is judged against the solutions, which this copy does not have";
      return stage;
    }
    const auto mutants = read_mutants(workbook_.tests(exercise_) / "mutants");
    const auto submitted = submission_.root / exercise_.folder;
    audit_file(submission_, submitted / "my_test.cpp", Submitted::own_test, stage);
    if (stage.status == StageStatus::failed) return stage;
    stage.status = StageStatus::failed;
    // Away from the submission: an include means the reference or a mutant, nothing beside the
    // test.
    fs::copy_file(submitted / "my_test.cpp", source_, fs::copy_options::overwrite_existing);
    if (tests_in(source_).empty()) {
      stage.why = "my_test.cpp has no test yet";
      return stage;
    }
    std::set<std::string> flavours{explores(source_) ? "explore" : "plain"};
    for (const auto& mutant : mutants) flavours.insert(flavour_for(mutant.flavour));
    for (const auto& flavour : flavours) {
      progress_(exercise_.id + " your test on the reference, " + flavour);
      auto result = judge_tests(workbook_, exercise_,
                                {.source = source_,
                                 .include_roots = {workbook_.root / "solutions"},
                                 .learner = source_.parent_path(),
                                 .flavour = flavour,
                                 .work = "mine",
                                 .environment = {again_on_the_reference()},
                                 .insistence = {.on_passing = true, .times = runs_in(flavour)}});
      verdict.cpu_seconds += result.cpu_seconds;
      overlay_.show_real_paths(result.stage, submitted);
      stage.diagnostic = result.stage.diagnostic;
      stage.tests = result.stage.tests;
      if (result.stage.is_lacking) {
        stage.status = result.stage.status;
        stage.is_lacking = true;
        stage.why = result.stage.why;
        return stage;
      }
      if (result.stage.status != StageStatus::passed) {
        stage.why = "your test does not pass on right code: " + result.stage.why;
        return stage;
      }
    }
    const auto fates = for_each_in_parallel(mutants, [&](const Mutant& mutant) {
      progress_(exercise_.id + " your test on “" + mutant.title + "”");
      return fate_of(mutant);
    });
    bool is_lucky = false;
    for (const auto& [fate, cpu, failed_at_times] : fates) {
      verdict.mutants.push_back(fate);
      verdict.cpu_seconds += cpu;
      is_lucky = is_lucky || failed_at_times;
    }
    if (verdict.mutants_killed() == 0) {
      stage.why = is_lucky
                      ? fmt::format(
                            "your test breaks earlier, wrong versions by luck only: none in {0} "
                            "runs of {0}",
                            runs_to_be_believed)
                      : "your test passes on every earlier, wrong version: it breaks none of them";
      return stage;
    }
    stage.status = StageStatus::passed;
    return stage;
  }

 private:
  struct Fate {
    MutantFate fate;
    double cpu_seconds = 0;
    bool failed_at_times = false;
  };

  static constexpr int runs_to_be_believed = 3;

  // The explorer repeats itself.
  static int runs_in(const std::string& flavour) {
    return flavour == "explore" ? 1 : runs_to_be_believed;
  }

  std::string again_on_the_reference() const {
    const auto file = fs::path(submission_.shown_as) / exercise_.folder / "my_test.cpp";
    return to_explore_again(explore_command(exercise_, "solutions") + " --file " +
                            for_a_shell(file.string()));
  }

  // EXPLORE works in the explore flavour only, and a test without it gains nothing there. What
  // needs no sanitizer runs in check: there are twenty mutants and more to compile, and it takes a
  // quarter of the time.
  std::string flavour_for(const std::string& mutants) const {
    if (explores(source_)) return "explore";
    return mutants == "plain" || mutants == "explore" ? "check" : mutants;
  }

  Fate fate_of(const Mutant& mutant) const {
    const auto overlay = workbook_.build() / "work" / "mutants" / exercise_.folder / mutant.name;
    const FolderLock lock(overlay);
    apply_mutant(mutant, workbook_.solution(exercise_), overlay);
    const auto flavour = flavour_for(mutant.flavour);
    const auto result =
        judge_tests(workbook_, exercise_,
                    {.source = source_,
                     .include_roots = {overlay, workbook_.root / "solutions"},
                     .learner = source_.parent_path(),
                     .flavour = flavour,
                     .work = "mine-" + mutant.name,
                     .insistence = {.on_passing = false, .times = runs_in(flavour)}});
    // A test that does not compile against a mutant has not shown anything wrong with it.
    const bool broken = result.stage.status == StageStatus::failed && !result.stage.tests.empty();
    const bool failed_at_times = std::ranges::any_of(
        result.stage.tests, [](const auto& test) { return test.passed() && test.runs > 1; });
    return {{mutant.name, mutant.title, broken}, result.cpu_seconds, failed_at_times};
  }

  const Workbook& workbook_;
  const Exercise& exercise_;
  const Submission& submission_;
  const Overlay& overlay_;
  fs::path source_;
  const Progress& progress_;
};

// The first step that fails, or that cannot be judged here, ends it.
bool is_over(const Verdict& verdict) {
  return verdict.first_failed() != nullptr || verdict.first_lacking() != nullptr;
}

void skip_rest(Verdict& verdict, const std::vector<std::string>& names) {
  const auto* why = verdict.first_lacking() != nullptr ? "an earlier step could not be judged"
                                                       : "an earlier step failed";
  for (std::size_t i = verdict.stages.size(); i < names.size(); ++i) {
    verdict.stages.push_back({.name = names[i],
                              .status = StageStatus::skipped,
                              .why = why,
                              .diagnostic = {},
                              .tests = {}});
  }
}

Verdict begin_verdict(const Exercise& exercise) {
  Verdict verdict;
  verdict.id = exercise.id;
  verdict.folder = exercise.folder;
  return verdict;
}

// The steps of a whole verdict, by the names of their test files.
struct Steps {
  const char* given;  // "visible" or "scenario": the tests that everybody can read
  bool own_test;
  std::string explored_by;  // the command that explores it
};

Verdict judge_whole(const Workbook& workbook, const Exercise& exercise,
                    const Submission& submission, const Steps& steps, int hints_used,
                    const Progress& progress);

}  // namespace

fs::path explore_tests(const Workbook& workbook, const Exercise& exercise) {
  return workbook.tests(exercise) / "explore_test.cpp";
}

std::string explore_command(const Exercise& exercise, const std::string& shown_as) {
  return "promissory explore " + exercise.id + from_whom(shown_as);
}

std::string from_whom(const std::string& shown_as) {
  return shown_as == "exercises" ? "" : " --from " + for_a_shell(shown_as);
}

std::string to_explore_again(const std::string& command) {
  return "PROMISSORY_EXPLORE_COMMAND=" + command + " --test {test} --seed {replay}";
}

Explored explore(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
                 const Exploring& exploring, const Progress& progress) {
  const Stopwatch stopwatch;
  Explored explored{.verdict = begin_verdict(exercise), .program = {}};
  auto& verdict = explored.verdict;
  verdict.stages.push_back(audit_stage(exercise, submission));
  if (verdict.first_failed() == nullptr) {
    const Overlay overlay(workbook, exercise, submission.root);
    const bool is_own = exploring.source != explore_tests(workbook, exercise);
    progress(exercise.id + " exploring");
    auto judged = judge_tests(workbook, exercise,
                              {.source = exploring.source,
                               .include_roots = overlay.include_roots(),
                               .learner = overlay.folder(),
                               .flavour = "explore",
                               .work = overlay.name() + (is_own ? "-own" : "-explore"),
                               .only = exploring.only,
                               .environment = exploring.settings,
                               .for_debugger = exploring.for_debugger});
    overlay.show_real_paths(judged.stage, submission.root / exercise.folder);
    judged.stage.name = "explore";
    verdict.cpu_seconds += judged.cpu_seconds;
    verdict.stages.push_back(std::move(judged.stage));
    explored.program = judged.program;
  }
  skip_rest(verdict, {"audit", "explore"});
  verdict.wall_seconds = stopwatch.seconds();
  return explored;
}

Verdict check(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
              const Progress& progress) {
  const Stopwatch stopwatch;
  auto verdict = begin_verdict(exercise);
  const auto folder = submission.root / exercise.folder;
  verdict.stages.push_back(audit_stage(exercise, submission));
  if (verdict.stages.back().status == StageStatus::passed) {
    progress(exercise.id + " visible");
    auto judged = judge_tests(workbook, exercise,
                              {.source = workbook.tests(exercise) / "visible_test.cpp",
                               .include_roots = {submission.root},
                               .learner = folder,
                               .flavour = "check",
                               .work = "check"});
    judged.stage.name = "visible";
    verdict.cpu_seconds += judged.cpu_seconds;
    verdict.stages.push_back(std::move(judged.stage));
  }
  skip_rest(verdict, {"audit", "visible"});
  verdict.wall_seconds = stopwatch.seconds();
  return verdict;
}

Verdict grade(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
              int hints_used, const Progress& progress) {
  auto verdict = judge_whole(workbook, exercise, submission,
                             {.given = "visible",
                              .own_test = true,
                              .explored_by = explore_command(exercise, submission.shown_as)},
                             hints_used, progress);
  verdict.score = score_of(verdict);
  return verdict;
}

Verdict judge_mend(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
                   const std::string& explored_by, const Progress& progress) {
  return judge_whole(workbook, exercise, submission,
                     {.given = "scenario", .own_test = false, .explored_by = explored_by}, 0,
                     progress);
}

Observed observe(const Workbook& workbook, const Exercise& exercise, const Submission& submission,
                 const Observing& observing, const Progress& progress) {
  const Stopwatch stopwatch;
  Observed observed{.verdict = begin_verdict(exercise), .program = {}};
  auto& verdict = observed.verdict;
  verdict.stages.push_back(audit_stage(exercise, submission));
  if (verdict.first_failed() == nullptr) {
    const Overlay overlay(workbook, exercise, submission.root);
    progress(exercise.id + " under observation, " + observing.flavour);
    auto judged = judge_tests(workbook, exercise,
                              {.source = observing.source,
                               .include_roots = overlay.include_roots(),
                               .learner = overlay.folder(),
                               .flavour = observing.flavour,
                               .work = overlay.name() + "-observed",
                               .only = observing.only,
                               .environment = observing.settings});
    overlay.show_real_paths(judged.stage, submission.root / exercise.folder);
    judged.stage.name = "observe";
    verdict.cpu_seconds += judged.cpu_seconds;
    verdict.stages.push_back(std::move(judged.stage));
    observed.program = judged.program;
  }
  skip_rest(verdict, {"audit", "observe"});
  verdict.wall_seconds = stopwatch.seconds();
  return observed;
}

namespace {

Verdict judge_whole(const Workbook& workbook, const Exercise& exercise,
                    const Submission& submission, const Steps& steps, int hints_used,
                    const Progress& progress) {
  const Stopwatch stopwatch;
  auto verdict = begin_verdict(exercise);
  verdict.hints_used = hints_used;
  const auto submitted = submission.root / exercise.folder;
  const Overlay overlay(workbook, exercise, submission.root);

  std::vector<std::string> names{"audit", steps.given, "hidden"};
  for (const auto& flavour : exercise.flavours) {
    if (flavour != "plain") names.push_back(flavour);
  }
  const bool is_explored = fs::exists(explore_tests(workbook, exercise));
  if (is_explored) names.emplace_back("explore");
  if (steps.own_test) names.emplace_back("mine");

  const auto judge_one = [&](const std::string& kind, const std::string& flavour,
                             const std::vector<std::string>& settings = {}) {
    progress(fmt::format("{} {} tests, {}", exercise.id, kind, flavour));
    const auto source = workbook.tests(exercise) / (kind + "_test.cpp");
    if (!fs::exists(source)) {
      Judged judged;
      judged.stage.status = StageStatus::not_judged;
      judged.stage.why = "this copy has no " + kind + " tests";
      return judged;
    }
    auto judged = judge_tests(workbook, exercise,
                              {.source = source,
                               .include_roots = overlay.include_roots(),
                               .learner = overlay.folder(),
                               .flavour = flavour,
                               .work = overlay.name() + "-" + kind,
                               .environment = settings});
    overlay.show_real_paths(judged.stage, submitted);
    return judged;
  };

  verdict.stages.push_back(audit_stage(exercise, submission));
  for (const auto* kind : {steps.given, "hidden"}) {
    if (is_over(verdict)) break;
    auto judged = judge_one(kind, "plain");
    judged.stage.name = kind;
    verdict.cpu_seconds += judged.cpu_seconds;
    verdict.stages.push_back(std::move(judged.stage));
  }
  for (const auto& flavour : exercise.flavours) {
    if (flavour == "plain" || is_over(verdict)) continue;
    Stage stage{.name = flavour,
                .status = StageStatus::not_judged,
                .why = {},
                .diagnostic = {},
                .tests = {}};
    for (const auto* kind : {steps.given, "hidden"}) {
      auto judged = judge_one(kind, flavour);
      verdict.cpu_seconds += judged.cpu_seconds;
      std::ranges::move(judged.stage.tests, std::back_inserter(stage.tests));
      if (judged.stage.status == StageStatus::not_judged && !judged.stage.is_lacking) continue;
      stage.is_lacking = judged.stage.is_lacking;
      stage.status = judged.stage.status;
      stage.why = judged.stage.why;
      stage.diagnostic = judged.stage.diagnostic;
      if (stage.status != StageStatus::passed) break;
    }
    verdict.stages.push_back(std::move(stage));
  }
  if (is_explored && !is_over(verdict)) {
    auto judged = judge_one("explore", "explore", {to_explore_again(steps.explored_by)});
    judged.stage.name = "explore";
    verdict.cpu_seconds += judged.cpu_seconds;
    verdict.stages.push_back(std::move(judged.stage));
  }
  if (steps.own_test && !is_over(verdict)) {
    verdict.stages.push_back(
        OwnTest(workbook, exercise, submission, overlay, progress).judge(verdict));
  }
  skip_rest(verdict, names);
  verdict.wall_seconds = stopwatch.seconds();
  return verdict;
}

}  // namespace
}  // namespace promissory::grading
