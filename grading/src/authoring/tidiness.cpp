#include "authoring/tidiness.hpp"

#include <algorithm>
#include <set>

#include "hunt/bug.hpp"
#include "running/process.hpp"
#include "showing/paths.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

using Paths = std::set<std::string>;

// What may lie in tests/ beside the exercises.
const Paths rooms_of_tests{"support", "benchmarks", "explorer", "bug-hunt/house",
                           "bug-hunt/evidence"};

Paths files_under(const fs::path& root, const fs::path& room) {
  Paths found;
  if (!fs::is_directory(root / room)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
    if (!entry.is_directory()) found.insert(fs::relative(entry.path(), root).string());
  }
  return found;
}

bool in_a_room(const std::string& file) {
  return std::ranges::any_of(rooms_of_tests, [&](const std::string& room) {
    return file.starts_with("tests/" + room + "/");
  });
}

}  // namespace

std::vector<Problem> stray_files(const Workbook& workbook) {
  Paths wanted;
  Paths allowed;
  for (const auto& exercise : workbook.exercises) {
    auto files = exercise.files;
    files.emplace_back("my_test.cpp");
    wanted.insert("exercises/" + exercise.folder + "/exercise.toml");
    files.insert(files.end(), exercise.given.begin(), exercise.given.end());
    for (const auto& file : files) {
      wanted.insert("exercises/" + exercise.folder + "/" + file);
      wanted.insert("solutions/" + exercise.folder + "/" + file);
    }
    wanted.insert("tests/" + exercise.folder + "/visible_test.cpp");
    wanted.insert("tests/" + exercise.folder + "/hidden_test.cpp");
    allowed.insert("tests/" + exercise.folder + "/explore_test.cpp");
    for (const auto& file :
         files_under(workbook.root, fs::path("tests") / exercise.folder / "mutants")) {
      if (file.ends_with(".patch")) allowed.insert(file);
    }
  }
  const auto hunt = open_hunt(workbook);
  if (!hunt.bugs.empty()) wanted.insert("exercises/bug-hunt/choices.toml");
  for (const auto& bug : hunt.bugs) {
    wanted.insert("exercises/" + bug.folder + "/bug.toml");
    for (const auto& file : {bug.file, std::string("diagnosis.toml")}) {
      wanted.insert("exercises/" + bug.folder + "/" + file);
      wanted.insert("solutions/" + bug.folder + "/" + file);
    }
    for (const auto& file : bug.given) wanted.insert("tests/" + bug.folder + "/" + file);
    for (const auto* file : {"scenario_test.cpp", "hidden_test.cpp", "accepted.toml"}) {
      wanted.insert("tests/" + bug.folder + "/" + file);
    }
    allowed.insert("tests/" + bug.folder + "/explore_test.cpp");
    for (const auto& file : files_under(workbook.root, fs::path("tests") / bug.folder / "fakes")) {
      if (file.ends_with(".patch")) allowed.insert(file);
    }
  }
  std::vector<Problem> problems;
  Paths found;
  for (const auto* room : {"exercises", "solutions", "tests"})
    found.merge(files_under(workbook.root, room));
  for (const auto& file : found) {
    if (!wanted.contains(file) && !allowed.contains(file) && !in_a_room(file)) {
      problems.push_back({file, "is a stray file: no exercise.toml accounts for it"});
    }
  }
  for (const auto& file : wanted) {
    if (!found.contains(file)) problems.push_back({file, "is missing"});
  }
  // What learners are given is what the solution is judged with.
  for (const auto& exercise : workbook.exercises) {
    for (const auto& file : exercise.given) {
      if (text_of_file(workbook.starter(exercise) / file) !=
          text_of_file(workbook.solution(exercise) / file)) {
        problems.push_back({"exercises/" + exercise.folder + "/" + file,
                            "is given, but is another than the one in solutions/"});
      }
    }
  }
  return problems;
}

std::vector<Problem> unformatted_files(const Workbook& workbook) {
  Command command{.argv = {"clang-format", "--dry-run", "-Werror", "--ferror-limit=1"},
                  .folder = workbook.root};
  for (const auto* room : {"exercises", "solutions", "tests", "grading"}) {
    for (const auto& file : files_under(workbook.root, room)) {
      if (file.ends_with(".cpp") || file.ends_with(".hpp")) command.argv.push_back(file);
    }
  }
  const auto finished = run(command);
  if (finished.exit_code == 0) return {};
  if (finished.exit_code == 127) return {{"clang-format", "is not installed: say `make setup`"}};
  return {{"clang-format", "would change:\n" + without_root(workbook.root, finished.err)}};
}

}  // namespace promissory::grading
