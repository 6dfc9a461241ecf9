#include "authoring/dev_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>

#include "authoring/tidiness.hpp"
#include "complaint.hpp"
#include "running/folder_lock.hpp"
#include "running/parallel.hpp"
#include "showing/explain.hpp"
#include "showing/terminal.hpp"
#include "verdict/judge.hpp"
#include "verdict/judge_tests.hpp"
#include "workbook/file_text.hpp"
#include "workbook/mutant.hpp"
#include "workbook/test_source.hpp"
#include "workbook/tokens.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

using Say = std::function<void(const std::string&)>;

class ExerciseCheck {
 public:
  ExerciseCheck(const Workbook& workbook, const Exercise& exercise, const Minimum& minimum,
                const Effort& effort, std::vector<Problem>& problems)
      : workbook_(workbook),
        exercise_(exercise),
        minimum_(minimum),
        effort_(effort),
        problems_(problems) {}

  void counts() {
    const auto count = [&](const char* what, std::size_t there, int least) {
      if (static_cast<int>(there) < least)
        complain(fmt::format("has {} {}, needs {}", there, what, least));
    };
    count("visible tests", tests_in(test("visible")).size(), minimum_.visible);
    count("hidden tests", tests_in(test("hidden")).size() + tests_in(test("explore")).size(),
          minimum_.hidden);
    count("mutants", read_mutants(mutants_folder()).size(), minimum_.mutants);
    count("hints", exercise_.hints.size(), minimum_.hints);
    for (const auto& hint : exercise_.hints) {
      if (hint.title.empty() || hint.text.size() < 20) complain("has an empty hint: " + hint.title);
    }
  }

  // Who has done what an exercise declares to need can do it.
  void needs() {
    for (const auto& folder : {workbook_.starter(exercise_), workbook_.solution(exercise_),
                               workbook_.tests(exercise_)}) {
      for (const auto& entry : fs::directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension == ".hpp" || extension == ".cpp") needs_of(entry.path());
      }
    }
  }

  // A test that passes on the untouched starter asserts nothing about what the learner is to write.
  void starter() {
    const auto overlay = workbook_.build() / "work" / "starter" / exercise_.folder;
    const FolderLock lock(overlay);
    fs::create_directories(overlay / exercise_.folder);
    for (const auto& file : exercise_.files) {
      fs::copy_file(workbook_.starter(exercise_) / file, overlay / exercise_.folder / file,
                    fs::copy_options::overwrite_existing);
    }
    std::map<std::string, fs::path> sources{{"visible", test("visible")},
                                            {"hidden", test("hidden")},
                                            {"mine", workbook_.starter(exercise_) / "my_test.cpp"}};
    if (fs::exists(test("explore"))) sources.insert({"explore", test("explore")});
    for (const auto& [kind, source] : sources) {
      const auto judged = judge_tests(workbook_, exercise_,
                                      {.source = source,
                                       .include_roots = {overlay, workbook_.root / "solutions"},
                                       .learner = overlay,
                                       .flavour = kind == "explore"  ? kind
                                                  : effort_.is_quick ? "check"
                                                                     : "plain",
                                       .work = "starter-" + kind});
      if (judged.stage.tests.empty()) {
        complain(fmt::format("the starter with its {} tests: {}: {}", kind, judged.stage.why,
                             judged.stage.diagnostic.message));
      }
      for (const auto& result : judged.stage.tests) {
        const bool says_what_to_write = kind == "mine" ? result.outcome == Outcome::failed ||
                                                             result.outcome == Outcome::not_written
                                                       : result.outcome == Outcome::not_written;
        if (result.skipped()) {
          complain(fmt::format("{} was skipped: {}", result.name, result.detail));
        } else if (!says_what_to_write) {
          complain(fmt::format(
              "{} on the untouched starter: {}, where it should fail with what to write",
              result.name, name_of(result.outcome)));
        }
      }
    }
    const auto verdict =
        grade(workbook_, exercise_, {workbook_.root / "exercises", "exercises"}, 0, show_progress);
    if (verdict.score != 0) complain(fmt::format("the untouched starter scores {}", verdict.score));
  }

  void solution() {
    const Submission submission{workbook_.root / "solutions", "solutions"};
    const auto verdict = grade(workbook_, exercise_, submission, 0, show_progress);
    if (verdict.score == 3) return;
    if (const auto* stage = verdict.first_lacking()) {
      return complain("the solution cannot be judged here: " + stage->why);
    }
    complain(fmt::format("the solution scores {}, not 3\n{}", verdict.score,
                         explain_first_failure(workbook_, exercise_, verdict, submission.root)));
  }

  void mutants() {
    const auto complaints =
        for_each_in_parallel(read_mutants(mutants_folder()), [&](const Mutant& mutant) {
          show_progress(exercise_.id + " mutant " + mutant.name);
          return fate_of(mutant);
        });
    for (const auto& list : complaints)
      std::ranges::for_each(list, [&](const auto& what) { complain(what); });
  }

 private:
  void needs_of(const fs::path& file) {
    for (const auto& token : tokens_of(text_of_file(file)).list) {
      if (token.kind != Token::Kind::header) continue;
      const auto from = token.text.substr(1, token.text.find('/') - 1);
      if (from == exercise_.folder || !fs::exists(workbook_.root / "exercises" / from)) continue;
      const auto id = from.substr(0, from.find('-'));
      if (std::ranges::count(exercise_.needs, id) > 0) continue;
      complain(fmt::format("{}:{} includes {}, and exercise.toml does not say that {} is needed",
                           file.lexically_relative(workbook_.root).string(), token.line, token.text,
                           id));
    }
  }

  std::vector<std::string> fate_of(const Mutant& mutant) const {
    std::vector<std::string> complaints;
    const Say say = [&](const std::string& what) {
      complaints.push_back(mutant.name + ": " + what);
    };
    const auto overlay =
        workbook_.build() / "work" / "dev-mutants" / exercise_.folder / mutant.name;
    const FolderLock lock(overlay);
    try {
      apply_mutant(mutant, workbook_.solution(exercise_), overlay);
    } catch (const Complaint& complaint) {
      say(complaint.what());
      return complaints;
    }
    if (mutant.flavour == "explore") {
      expect_dead(mutant, overlay, "explore", mutant.killed_by, say);
    } else if (std::ranges::count(exercise_.flavours, mutant.flavour) == 0) {
      say("no flavour " + mutant.flavour);
    } else {
      const bool in_check = effort_.is_quick && mutant.flavour == "plain";
      expect_dead(mutant, overlay, in_check ? "check" : mutant.flavour, mutant.killed_by, say);
      expect_dead(mutant, overlay, "explore", mutant.explored_by, say);
    }
    return complaints;
  }

  void expect_dead(const Mutant& mutant, const fs::path& overlay, const std::string& flavour,
                   const std::vector<std::string>& killers, const Say& say) const {
    if (killers.empty()) return;
    const std::string kind = flavour == "explore" ? flavour : "hidden";
    auto source = test(kind);
    const auto there = tests_in(source);
    for (const auto& name : killers) {
      if (std::ranges::count(there, name, &NamedTest::name) > 0) continue;
      return say(fmt::format("there is no {} test {}", kind, name));
    }
    if (effort_.is_quick) {
      const auto few = overlay / source.filename();
      std::ofstream(few, std::ios::binary) << with_only(source, killers);
      source = few;
    }
    for (int seed = 1; seed <= (kind == "explore" ? effort_.seeds : 1); ++seed) {
      const auto judged =
          judge_tests(workbook_, exercise_,
                      {.source = source,
                       .include_roots = {overlay, workbook_.root / "solutions"},
                       .learner = overlay,
                       .flavour = flavour,
                       .work = "dev-" + mutant.name,
                       .only = killers,
                       .environment = {fmt::format("PROMISSORY_EXPLORE_SEED={}", seed)}});
      if (judged.stage.tests.empty()) {
        return say(fmt::format("{}: {}", judged.stage.why, judged.stage.diagnostic.message));
      }
      for (const auto& result : judged.stage.tests) {
        if (result.failed()) continue;
        return say(fmt::format("survives {}{}", result.name,
                               kind == "explore" ? fmt::format(", seed {}", seed) : ""));
      }
    }
  }

  fs::path test(const std::string& kind) const {
    return workbook_.tests(exercise_) / (kind + "_test.cpp");
  }
  fs::path mutants_folder() const { return workbook_.tests(exercise_) / "mutants"; }
  void complain(const std::string& what) { problems_.push_back({exercise_.folder, what}); }

  const Workbook& workbook_;
  const Exercise& exercise_;
  const Minimum& minimum_;
  const Effort& effort_;
  std::vector<Problem>& problems_;
};

std::vector<Problem> problems_of(const Workbook& workbook, const Exercise& exercise,
                                 const Minimum& minimum, const Effort& effort) {
  std::vector<Problem> problems;
  ExerciseCheck check(workbook, exercise, minimum, effort, problems);
  for (const auto step : {&ExerciseCheck::counts, &ExerciseCheck::needs, &ExerciseCheck::starter,
                          &ExerciseCheck::solution, &ExerciseCheck::mutants}) {
    try {
      (check.*step)();
    } catch (const fs::filesystem_error& error) {
      problems.push_back({exercise.folder, error.what()});
    } catch (const Complaint& complaint) {
      problems.push_back({exercise.folder, complaint.what()});
    }
  }
  return problems;
}

}  // namespace

std::vector<Problem> dev_check(const Workbook& workbook, const std::vector<Exercise>& exercises,
                               const Minimum& minimum, const Effort& effort,
                               const std::function<void(const std::string&)>& done) {
  if (!workbook.has_solutions()) {
    throw Complaint("dev check needs the solutions; this copy is a handout");
  }
  auto problems = stray_files(workbook);
  done(problems.empty() ? "files: none stray, none missing" : "files: NOT as they should be");
  auto unformatted = unformatted_files(workbook);
  done(unformatted.empty() ? "files: formatted" : "files: NOT formatted");
  std::ranges::move(unformatted, std::back_inserter(problems));
  // Two exercises at a time: while one compiles on one core, the other has the second.
  std::mutex done_mutex;
  const auto found = for_each_in_parallel(exercises, [&](const Exercise& exercise) {
    auto list = problems_of(workbook, exercise, minimum, effort);
    const std::lock_guard lock(done_mutex);
    done(fmt::format("{} {}", exercise.folder,
                     list.empty()
                         ? "sound: the starter fails, the solution scores 3, every mutant dies"
                         : "NOT sound"));
    return list;
  });
  for (const auto& list : found) std::ranges::copy(list, std::back_inserter(problems));
  return problems;
}

}  // namespace promissory::grading
