#include "authoring/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hunt/diagnosis.hpp"
#include "hunt/instrument.hpp"
#include "hunt/report.hpp"
#include "running/kit.hpp"
#include "running/parallel.hpp"
#include "running/process.hpp"
#include "verdict/judge_tests.hpp"
#include "verdict/overlay.hpp"
#include "workbook/file_hash.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// Compiled once, run many times.
class Subject {
 public:
  Subject(const Workbook& workbook, const Bug& bug, const Submission& submission,
          const std::string& kind, const std::string& flavour)
      : exercise_(bug.as_exercise()),
        submission_(submission),
        flavour_(flavour),
        kit_(open_kit(workbook, flavour)),
        overlay_(workbook, exercise_, submission.root),
        first_(judge_tests(workbook, exercise_,
                           {.source = workbook.root / "tests" / bug.folder / (kind + "_test.cpp"),
                            .include_roots = overlay_.include_roots(),
                            .learner = overlay_.folder(),
                            .flavour = flavour,
                            .work = overlay_.name() + "-evidence-" + kind,
                            .environment = settings(0)})) {
    overlay_.show_real_paths(first_.stage, submission.root / exercise_.folder);
  }

  const fs::path& program() const { return first_.program; }

  /// All its tests in one process, which ends well only when every one of them does: a right
  /// program has nothing to tell them apart by.
  bool is_silent(int number) const {
    if (first_.stage.tests.empty()) return false;
    auto environment = settings(number);
    environment.insert(environment.end(), kit_.env.begin(), kit_.env.end());
    const auto tests = static_cast<int>(first_.stage.tests.size());
    const auto finished = grading::run({.argv = {first_.program.string(), "--gtest_brief=1"},
                                        .environment = environment,
                                        .limit = tests * test_limit(exercise_, flavour_)});
    return finished.exit_code == 0;
  }

  /// @param number of the run, from 0
  Stage run(int number) const {
    if (number == 0) return first_.stage;
    auto stage = first_.stage;
    for (auto& test : stage.tests) {
      test = run_test(kit_, {.program = first_.program,
                             .name = test.name,
                             .learner = overlay_.folder(),
                             .limit = test_limit(exercise_, flavour_),
                             .environment = settings(number)});
    }
    if (!stage.tests.empty()) {
      const bool all_passed = stage.passed() == static_cast<int>(stage.tests.size());
      stage.status = all_passed ? StageStatus::passed : StageStatus::failed;
    }
    overlay_.show_real_paths(stage, submission_.root / exercise_.folder);
    return stage;
  }

 private:
  static std::vector<std::string> settings(int number) {
    return {fmt::format("PROMISSORY_EXPLORE_SEED={}", number + 1)};
  }

  Exercise exercise_;
  Submission submission_;
  std::string flavour_;
  Kit kit_;
  Overlay overlay_;
  Judged first_;
};

Submission broken_ones(const Workbook& workbook) {
  return {workbook.root / "exercises", "exercises"};
}

Submission mended_ones(const Workbook& workbook) {
  return {workbook.root / "solutions", "solutions"};
}

fs::path accepted_of(const Workbook& workbook, const Bug& bug) {
  return workbook.root / "tests" / bug.folder / "accepted.toml";
}

bool explores(const Workbook& workbook, const Bug& bug) {
  return fs::exists(workbook.root / "tests" / bug.folder / "explore_test.cpp");
}

std::vector<std::string> flavours_of(const Workbook& workbook, const Bug& bug) {
  std::vector<std::string> flavours{"plain", "tsan", "asan"};
  if (explores(workbook, bug)) flavours.emplace_back("explore");
  return flavours;
}

bool tells_where(const std::string& name) {
  const auto called = instruments_called(name);
  return called.empty() || called.front().tells_where;
}

class Measuring {
 public:
  Measuring(const Workbook& workbook, const Bug& bug, int runs, const Progress& progress)
      : workbook_(workbook), bug_(bug), runs_(runs), progress_(progress) {}

  std::map<std::string, Sightings> broken(const Accepted& accepted) const {
    std::map<std::string, Sightings> sightings;
    const auto submission = broken_ones(workbook_);
    for (const auto& flavour : flavours_of(workbook_, bug_)) {
      std::vector<Instrument> looking;
      for (const auto& instrument : instruments()) {
        if (instrument.flavour == flavour) looking.push_back(instrument);
      }
      for (const auto& instrument : looking) sightings[instrument.name] = {};
      const Subject subject(workbook_, bug_, submission,
                            flavour == "explore" ? "explore" : "scenario", flavour);
      for (const auto& [seen_by, is_at_line] : for_each_in_parallel(numbers(), [&](int number) {
             progress_(fmt::format("hunt{} broken, {} {}", bug_.id, flavour, number + 1));
             return look(subject, number, looking, accepted);
           })) {
        for (const auto& name : seen_by) {
          ++sightings[name].seen;
          if (is_at_line) ++sightings[name].at_line;
        }
      }
    }
    return sightings;
  }

  std::map<std::string, int> clean() const {
    std::map<std::string, int> clean;
    for (const auto& flavour : flavours_of(workbook_, bug_)) {
      std::vector<bool> is_clean(static_cast<std::size_t>(runs_), true);
      const std::vector<std::string> kinds = flavour == "explore"
                                                 ? std::vector<std::string>{"explore"}
                                                 : std::vector<std::string>{"scenario", "hidden"};
      for (const auto& kind : kinds) {
        const Subject subject(workbook_, bug_, mended_ones(workbook_), kind, flavour);
        const auto silent = for_each_in_parallel(numbers(), [&](int number) {
          progress_(fmt::format("hunt{} mended, {} {}", bug_.id, flavour, number + 1));
          return subject.is_silent(number) ? 1 : 0;
        });
        for (std::size_t i = 0; i < silent.size(); ++i) is_clean[i] = is_clean[i] && silent[i] == 1;
      }
      clean[flavour] = static_cast<int>(std::ranges::count(is_clean, true));
    }
    return clean;
  }

 private:
  struct Seen {
    std::vector<std::string> by;
    bool is_at_line = false;
  };

  std::vector<int> numbers() const {
    std::vector<int> numbers(static_cast<std::size_t>(runs_));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }

  Seen look(const Subject& subject, int number, const std::vector<Instrument>& looking,
            const Accepted& accepted) const {
    Seen seen;
    const auto stage = subject.run(number);
    for (const auto& instrument : looking) {
      if (instrument.sees(stage)) seen.by.push_back(instrument.name);
    }
    if (seen.by.empty()) return seen;
    const auto submission = broken_ones(workbook_);
    const auto report = report_of(workbook_, bug_, submission, stage, subject.program());
    seen.is_at_line = std::ranges::any_of(
        clues_in(report, submission.root / bug_.folder / bug_.file),
        [&](const Clue& clue) { return std::ranges::count(accepted.lines, clue.text) > 0; });
    return seen;
  }

  const Workbook& workbook_;
  const Bug& bug_;
  int runs_;
  const Progress& progress_;
};

}  // namespace

Evidence measure(const Workbook& workbook, const Bug& bug, int runs, const Progress& progress) {
  const auto accepted = read_accepted(accepted_of(workbook, bug));
  const Measuring measuring(workbook, bug, runs, progress);
  return {.id = bug.id,
          .named = accepted.instruments.front(),
          .of = measured_files(workbook, bug),
          .runs = runs,
          .broken = measuring.broken(accepted),
          .clean = measuring.clean()};
}

std::string measured_files(const Workbook& workbook, const Bug& bug) {
  FileHash hash;
  for (const auto* room : {"exercises", "solutions"}) {
    hash.add_file(workbook.root / room / bug.folder / bug.file);
  }
  const auto tests = workbook.root / "tests" / bug.folder;
  for (const auto* kind : {"scenario", "hidden", "explore"}) {
    hash.add_file(tests / (std::string(kind) + "_test.cpp"));
  }
  for (const auto& given : bug.given) hash.add_file(tests / given);
  hash.add_folder(workbook.root / "tests" / "bug-hunt" / "house");
  return hash.text();
}

std::vector<Problem> held_against(const Workbook& workbook, const Bug& bug,
                                  const Evidence& evidence) {
  std::vector<Problem> problems;
  const auto complain = [&](std::string what) {
    problems.push_back({bug.folder, "evidence: " + std::move(what)});
  };
  const auto accepted = read_accepted(accepted_of(workbook, bug));
  if (evidence.named != accepted.instruments.front()) {
    complain(fmt::format("is about {}, and the diagnosis names {}", evidence.named,
                         accepted.instruments.front()));
  }
  for (const auto& name : accepted.instruments) {
    const auto found = evidence.broken.find(name);
    const auto sightings = found == evidence.broken.end() ? Sightings() : found->second;
    if (sightings.seen < evidence.runs) {
      complain(fmt::format("{} sees the broken program in {} of {} runs", name, sightings.seen,
                           evidence.runs));
    } else if (name == evidence.named && tells_where(name) && sightings.at_line < evidence.runs) {
      complain(fmt::format("{} names an accepted line in {} of {} runs", name, sightings.at_line,
                           evidence.runs));
    }
  }
  for (const auto& [name, sightings] : evidence.broken) {
    if (sightings.seen < std::max(evidence.runs, runs_of_evidence)) continue;  // luck, perhaps
    if (std::ranges::count(accepted.instruments, name) > 0) continue;
    complain(
        fmt::format("{} sees the broken program in every run, and no diagnosis may name it", name));
  }
  for (const auto& flavour : flavours_of(workbook, bug)) {
    const auto found = evidence.clean.find(flavour);
    const int clean = found == evidence.clean.end() ? 0 : found->second;
    if (clean < evidence.runs) {
      complain(fmt::format("the mended program is silent in {} of {} runs under {}", clean,
                           evidence.runs, flavour));
    }
  }
  return problems;
}

std::vector<Problem> check_evidence(const Workbook& workbook, const Hunt& hunt) {
  std::vector<Problem> problems;
  const auto all = read_evidence(workbook);
  for (const auto& bug : hunt.bugs) {
    const auto found = std::ranges::find(all, bug.id, &Evidence::id);
    const auto measure_it = fmt::format("say `promissory dev evidence hunt{}`", bug.id);
    if (found == all.end()) {
      problems.push_back({bug.folder, "evidence: there is none: " + measure_it});
    } else if (found->of != measured_files(workbook, bug)) {
      problems.push_back({bug.folder, "evidence: it is of an earlier version: " + measure_it});
    } else if (found->runs < runs_of_evidence) {
      problems.push_back(
          {bug.folder, fmt::format("evidence: {} runs are too few: {}", found->runs, measure_it)});
    } else {
      std::ranges::move(held_against(workbook, bug, *found), std::back_inserter(problems));
    }
  }
  for (const auto& evidence : all) {
    if (std::ranges::count(hunt.bugs, evidence.id, &Bug::id) > 0) continue;
    problems.push_back(
        {"tests/bug-hunt/evidence", fmt::format("is there a bug {}? There is none", evidence.id)});
  }
  const auto table = workbook.root / "tests/bug-hunt/evidence/table.md";
  if (problems.empty() && !hunt.bugs.empty() && text_of_file(table) != evidence_table(hunt, all)) {
    problems.push_back({"tests/bug-hunt/evidence/table.md", "says something else than table.json"});
  }
  return problems;
}

}  // namespace promissory::grading
