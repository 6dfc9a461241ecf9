#include "authoring/handout.hpp"

#include <fmt/format.h>

#include "complaint.hpp"
#include "hunt/answer.hpp"
#include "running/folder_lock.hpp"
#include "running/process.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

class Packing {
 public:
  Packing(const Workbook& workbook, fs::path into) : workbook_(workbook), into_(std::move(into)) {}

  void file(const fs::path& path) {
    const auto from = workbook_.root / path;
    if (!fs::is_regular_file(from)) return;
    fs::create_directories((into_ / path).parent_path());
    fs::copy_file(from, into_ / path);
    ++count_;
  }

  void folder(const fs::path& path, const fs::path& as = {}) {
    if (!fs::is_directory(workbook_.root / path)) return;
    for (const auto& entry : fs::recursive_directory_iterator(workbook_.root / path)) {
      if (!entry.is_regular_file()) continue;
      const auto inside = fs::relative(entry.path(), workbook_.root / path);
      const auto to = into_ / (as.empty() ? path : as) / inside;
      fs::create_directories(to.parent_path());
      fs::copy_file(entry.path(), to);
      ++count_;
    }
  }

  void files_directly_in(const fs::path& path) {
    if (!fs::is_directory(workbook_.root / path)) return;
    for (const auto& entry : fs::directory_iterator(workbook_.root / path)) {
      if (entry.is_regular_file()) file(fs::relative(entry.path(), workbook_.root));
    }
  }

  void exercise(const Exercise& exercise) {
    const auto folder = fs::path("exercises") / exercise.folder;
    file(folder / "exercise.toml");
    auto files = exercise.files;
    files.emplace_back("my_test.cpp");
    for (const auto& name : files) {
      must_be_a_starter(folder / name);
      file(folder / name);
    }
    for (const auto& name : exercise.given) file(folder / name);
    file(fs::path("tests") / exercise.folder / "visible_test.cpp");
  }

  // A class gets the broken program and what drives it, and an empty diagnosis.
  void bug(const Bug& bug) {
    const auto folder = fs::path("exercises") / bug.folder;
    must_be_unanswered(bug, folder);
    for (const auto& name : {std::string("bug.toml"), std::string("diagnosis.toml"), bug.file}) {
      file(folder / name);
    }
    const auto tests = fs::path("tests") / bug.folder;
    file(tests / "scenario_test.cpp");
    for (const auto& name : bug.given) file(tests / name);
  }

  int count() const { return count_; }

 private:
  void must_be_unanswered(const Bug& bug, const fs::path& folder) const {
    const auto program = text_of_file(workbook_.root / folder / bug.file);
    const auto kept = kept_program(workbook_, bug);
    const auto mended = workbook_.root / "solutions" / bug.folder / bug.file;
    const bool is_edited = fs::exists(kept) && text_of_file(kept) != program;
    if (is_edited || text_of_file(mended) == program) {
      throw Complaint(
          fmt::format("{} is not as it was given any more: say `promissory reset hunt{}`",
                      (folder / bug.file).string(), bug.id));
    }
    if (!read_diagnosis(workbook_.root / folder / "diagnosis.toml").is_empty()) {
      throw Complaint(fmt::format("{} holds an answer: say `promissory reset hunt{}` first",
                                  (folder / "diagnosis.toml").string(), bug.id));
    }
  }

  // An instructor who tried an exercise in place must not hand out an answer.
  void must_be_a_starter(const fs::path& path) const {
    const auto text = text_of_file(workbook_.root / path);
    if (text.find("todo(") == std::string::npos && text.find("FAIL()") == std::string::npos) {
      throw Complaint(fmt::format("{} is not a starter any more: say `promissory reset {}` first",
                                  path.string(), path.parent_path().filename().string()));
    }
  }

  const Workbook& workbook_;
  fs::path into_;
  int count_ = 0;
};

}  // namespace

int write_handout(const Workbook& workbook, const fs::path& tarball) {
  const auto stage = workbook.build() / "handout";
  const FolderLock lock(stage);
  const auto top = stage / "promissory";
  fs::remove_all(top);
  fs::create_directories(top);
  Packing packing(workbook, top);
  for (const auto* name :
       {"README.md", "LICENSE", "Makefile", "CMakeLists.txt", "CMakePresets.json", ".gitignore",
        ".clang-format", ".vscode/settings.json", ".vscode/tasks.json", "grading/CMakeLists.txt",
        "book/_static/board.svg", "book/_static/check.svg", "book/_static/grade.svg"}) {
    packing.file(name);
  }
  packing.folder("cmake");
  packing.folder("grading/src");
  packing.folder("grading/schema");
  packing.files_directly_in("tests/support");
  packing.files_directly_in("tests/explorer");
  packing.folder("tests/explorer/src");
  for (const auto& exercise : workbook.exercises) packing.exercise(exercise);
  const auto hunt = open_hunt(workbook);
  if (!hunt.bugs.empty()) packing.file("exercises/bug-hunt/choices.toml");
  packing.folder("tests/bug-hunt/house");
  for (const auto& bug : hunt.bugs) packing.bug(bug);
  packing.folder("build/book/classroom", "book/html");
  const auto temporary = tarball.string() + ".tmp";
  // The same input gives the same bytes: sorted names, no owner, no time.
  const auto packed =
      run({.argv = {"tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0",
                    "-czf", fs::absolute(temporary).string(), "-C", stage.string(), "promissory"}});
  if (packed.exit_code != 0) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw Complaint("the handout cannot be written: " + packed.err);
  }
  fs::rename(temporary, tarball);
  return packing.count();
}

}  // namespace promissory::grading
