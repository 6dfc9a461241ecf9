#include "workbook/workbook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "complaint.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

bool is_workbook(const fs::path& folder) {
  return fs::is_directory(folder / "exercises") && fs::is_directory(folder / "tests");
}

std::optional<fs::path> upwards(fs::path folder) {
  for (;; folder = folder.parent_path()) {
    if (is_workbook(folder)) return folder;
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

fs::path find_root(const std::optional<fs::path>& given) {
  if (given) {
    if (!is_workbook(*given)) {
      throw Complaint(
          fmt::format("{} is not a workbook: it has no exercises/ and tests/", given->string()));
    }
    return fs::canonical(*given);
  }
  if (auto root = upwards(fs::current_path())) return *root;
  if (auto root = upwards(fs::canonical("/proc/self/exe").parent_path())) return *root;
  throw Complaint("no workbook here: go to its folder, or say --workbook DIR");
}

// "04" for 4, "s1" for S1.
std::string id_of(std::string name) {
  std::ranges::transform(name, name.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return name.size() == 1 && name[0] >= '0' && name[0] <= '9' ? "0" + name : name;
}

}  // namespace

fs::path Workbook::kits() const {
  const char* given = std::getenv("PROMISSORY_KITS");
  return given != nullptr && *given != '\0' ? fs::path(given) : build();
}

const Exercise& Workbook::find(const std::string& name) const {
  const auto id = id_of(name);
  for (const auto& exercise : exercises) {
    if (exercise.id == id || exercise.folder == name) return exercise;
  }
  const Exercise* match = nullptr;
  for (const auto& exercise : exercises) {
    if (name.empty() || exercise.folder.find(name) == std::string::npos) continue;
    if (match != nullptr) {
      throw Complaint(fmt::format("`{}` could be {} or {}: say more of the name", name,
                                  match->folder, exercise.folder));
    }
    match = &exercise;
  }
  if (match == nullptr) {
    throw Complaint(fmt::format("no exercise `{}`: there are {} to {}", name,
                                exercises.front().folder, exercises.back().folder));
  }
  return *match;
}

std::vector<Exercise> Workbook::select(const std::vector<std::string>& names) const {
  if (names.empty()) return exercises;
  std::vector<std::string> wanted;
  for (const auto& name : names) wanted.push_back(find(name).id);
  std::vector<Exercise> chosen;
  for (const auto& exercise : exercises) {
    if (std::ranges::count(wanted, exercise.id) > 0) chosen.push_back(exercise);
  }
  return chosen;
}

Workbook open_workbook(const std::optional<fs::path>& given) {
  Workbook workbook{.root = find_root(given), .exercises = {}};
  for (const auto& entry : fs::directory_iterator(workbook.root / "exercises")) {
    const auto description = entry.path() / "exercise.toml";
    if (fs::exists(description)) workbook.exercises.push_back(read_exercise(description));
  }
  std::ranges::sort(workbook.exercises, {}, &Exercise::folder);
  if (workbook.exercises.empty()) {
    throw Complaint(
        fmt::format("{} has no exercise: no exercises/*/exercise.toml", workbook.root.string()));
  }
  for (std::size_t i = 1; i < workbook.exercises.size(); ++i) {
    if (workbook.exercises[i].id == workbook.exercises[i - 1].id) {
      throw Complaint(fmt::format("two exercises have the id {}: {} and {}",
                                  workbook.exercises[i].id, workbook.exercises[i - 1].folder,
                                  workbook.exercises[i].folder));
    }
  }
  return workbook;
}

}  // namespace promissory::grading
