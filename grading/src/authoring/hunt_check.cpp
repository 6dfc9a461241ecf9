#include "authoring/hunt_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "complaint.hpp"
#include "hunt/answer.hpp"
#include "hunt/exhibit.hpp"
#include "hunt/fake.hpp"
#include "running/folder_lock.hpp"
#include "showing/terminal.hpp"
#include "verdict/judge_tests.hpp"
#include "workbook/test_source.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

std::string trimmed(std::string text) {
  text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

class BugCheck {
 public:
  BugCheck(const Workbook& workbook, const Hunt& hunt, const Bug& bug,
           std::vector<Problem>& problems)
      : workbook_(workbook),
        hunt_(hunt),
        bug_(bug),
        accepted_(read_accepted(workbook.root / "tests" / bug.folder / "accepted.toml")),
        problems_(problems) {}

  void words() {
    const auto must_be = [&](const std::vector<std::string>& words,
                             const std::vector<Choice>& choices, const char* kind) {
      if (words.empty()) complain(fmt::format("accepts no {}", kind));
      for (const auto& word : words) {
        if (find(choices, word) == nullptr) {
          complain(fmt::format("accepts the {} {}, which choices.toml does not have", kind, word));
        }
      }
    };
    must_be(accepted_.causes, hunt_.choices.causes, "cause");
    must_be(accepted_.instruments, hunt_.choices.instruments, "instrument");
    must_be(accepted_.failures, hunt_.choices.failures, "failure");
    must_be(accepted_.themes, hunt_.choices.themes, "theme");
    if (accepted_.lines.empty() || accepted_.fix.empty()) complain("accepts no line, or no fix");
    std::vector<std::string> program;
    std::ifstream in(exercises().root / bug_.folder / bug_.file);
    for (std::string line; std::getline(in, line);) program.push_back(trimmed(line));
    for (const auto& line : accepted_.lines) {
      if (std::ranges::count(program, line) == 0) {
        complain(fmt::format("accepts a line that the program does not have: {}", line));
      } else if (std::ranges::count(program, line) > 1) {
        complain(fmt::format("accepts a line that stands in several places: {}", line));
      }
    }
  }

  void instrument() {
    const auto called = instruments_called(accepted_.instruments.front());
    if (called.empty()) return;  // words() has said so
    const auto exhibit =
        make_exhibit(workbook_, hunt_, bug_, {.called = called}, exercises(), show_progress);
    if (exhibit.seen_by.empty()) {
      return complain(fmt::format("{} does not see it: {}", called.front().name, exhibit.instead));
    }
    if (exhibit.ask.empty()) {
      complain(fmt::format("bug.toml has no question for {}", called.front().name));
    }
    const bool is_named = std::ranges::any_of(exhibit.clues, [&](const Clue& clue) {
      return std::ranges::count(accepted_.lines, clue.text) > 0;
    });
    if (!is_named && called.front().tells_where) {
      complain(fmt::format("{} names no line that is accepted\n{}", called.front().name,
                           exhibit.evidence));
    }
  }

  void untouched() {
    const auto parts =
        score_diagnosis(read_diagnosis(exercises().root / bug_.folder / "diagnosis.toml"),
                        accepted_, hunt_.choices, exercises().root / bug_.folder / bug_.file);
    for (const auto& part : parts) {
      if (part.points > 0) complain("the untouched diagnosis gets the point for its " + part.name);
    }
    const auto mend = judge_mend(workbook_, bug_.as_exercise(), exercises(),
                                 explore_command(bug_, "exercises"), show_progress);
    const auto* failed = mend.first_failed();
    if (failed == nullptr) return complain("the broken program is taken for a mend");
    // What takes a sanitizer to be seen fails some test or other before, by luck, or none.
    const auto& named = accepted_.instruments.front();
    const bool must_fail_first = named != "tsan" && named != "asan";
    if (must_fail_first && failed->name != "scenario") {
      complain("the broken program does not fail in its scenario");
    }
  }

  void answered() {
    const Submission submission{workbook_.root / "solutions", "solutions"};
    const auto answer = judge_answer(workbook_, hunt_, bug_, submission, show_progress);
    for (const auto& part : answer.parts) {
      if (part.points < part.possible || part.possible == 0) {
        complain(fmt::format("the answer in solutions/: {}: {}", part.name, part.says));
      }
    }
  }

  void fakes() {
    const auto fakes = read_fakes(workbook_.root / "tests" / bug_.folder / "fakes");
    if (fakes.empty()) complain("has no fake mend");
    for (const auto& fake : fakes) {
      show_progress(fmt::format("hunt {} fake {}", bug_.id, fake.name));
      refuse(fake);
    }
  }

 private:
  Submission exercises() const { return {workbook_.root / "exercises", "exercises"}; }

  // The file of tests that holds the one with this name; empty when none does.
  fs::path source_of(const std::string& test) const {
    for (const auto* kind : {"scenario", "hidden", "explore"}) {
      const auto source =
          workbook_.root / "tests" / bug_.folder / (std::string(kind) + "_test.cpp");
      if (std::ranges::count(tests_in(source), test, &NamedTest::name) > 0) return source;
    }
    return {};
  }

  void refuse(const Fake& fake) {
    const auto source = source_of(fake.refused_by);
    if (source.empty()) {
      return complain(fmt::format("{}: there is no test {}", fake.name, fake.refused_by));
    }
    const auto overlay = workbook_.build() / "work" / "fakes" / bug_.folder / fake.name;
    const FolderLock lock(overlay);
    apply_fake(fake, workbook_, bug_, overlay);
    const auto judged = judge_tests(workbook_, bug_.as_exercise(),
                                    {.source = source,
                                     .include_roots = {overlay, workbook_.root / "solutions"},
                                     .learner = overlay,
                                     .flavour = fake.flavour,
                                     .work = "fake-" + fake.name,
                                     .only = {fake.refused_by}});
    if (judged.stage.tests.empty()) {
      complain(
          fmt::format("{}: {}: {}", fake.name, judged.stage.why, judged.stage.diagnostic.message));
    } else if (!judged.stage.tests.front().failed()) {
      complain(fmt::format("{}: passes {}", fake.name, fake.refused_by));
    }
  }

  void complain(const std::string& what) { problems_.push_back({bug_.folder, what}); }

  const Workbook& workbook_;
  const Hunt& hunt_;
  const Bug& bug_;
  Accepted accepted_;
  std::vector<Problem>& problems_;
};

}  // namespace

std::vector<Problem> check_bug(const Workbook& workbook, const Hunt& hunt, const Bug& bug) {
  std::vector<Problem> problems;
  try {
    BugCheck check(workbook, hunt, bug, problems);
    for (const auto step : {&BugCheck::words, &BugCheck::instrument, &BugCheck::untouched,
                            &BugCheck::answered, &BugCheck::fakes}) {
      (check.*step)();
    }
  } catch (const fs::filesystem_error& error) {
    problems.push_back({bug.folder, error.what()});
  } catch (const Complaint& complaint) {
    problems.push_back({bug.folder, complaint.what()});
  }
  return problems;
}

}  // namespace promissory::grading
