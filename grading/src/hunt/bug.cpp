#include "hunt/bug.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "complaint.hpp"
#include "hunt/facts.hpp"
#include "verdict/judge.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;

Exercise Bug::as_exercise() const {
  Exercise exercise;
  exercise.id = "hunt" + id;
  exercise.folder = folder;
  exercise.title = title;
  exercise.files = {file};
  exercise.read = read;
  exercise.flavours = {"plain", "tsan", "asan"};
  exercise.compile_limit = compile_limit;
  exercise.test_limit = test_limit;
  return exercise;
}

const Bug& Hunt::find(const std::string& name) const {
  // "04" for 4, "02b" for 2b.
  const bool is_short = !name.empty() && name[0] >= '0' && name[0] <= '9' &&
                        (name.size() == 1 || name[1] < '0' || name[1] > '9');
  const auto id = is_short ? "0" + name : name;
  const Bug* match = nullptr;
  for (const auto& bug : bugs) {
    if (bug.id == id) return bug;
    if (name.empty() || bug.folder.find(name, bug.folder.find('/')) == std::string::npos) continue;
    if (match != nullptr) {
      throw Complaint(fmt::format("`{}` could be {} or {}: say more of the name", name,
                                  match->folder, bug.folder));
    }
    match = &bug;
  }
  if (match != nullptr) return *match;
  if (bugs.empty()) throw Complaint("this workbook has no bug hunt: no exercises/bug-hunt/");
  throw Complaint(fmt::format("no bug `{}`: there are {} to {}", name, bugs.front().folder,
                              bugs.back().folder));
}

std::string explore_command(const Bug& bug, const std::string& shown_as) {
  return "promissory hunt " + bug.id + " --with explore" + from_whom(shown_as);
}

Bug read_bug(const fs::path& description) {
  const Facts facts(description);
  Bug bug;
  const auto name = description.parent_path().filename().string();
  bug.folder = "bug-hunt/" + name;
  bug.id = facts.text("id");
  bug.title = facts.text("title");
  bug.file = facts.text("file");
  if (facts.table().contains("given")) bug.given = facts.texts("given");
  bug.read = facts.text("read");
  bug.story = facts.text("story");
  bug.is_variation = facts.flag_if_any("variation");
  bug.compile_limit = std::chrono::seconds(facts.number("limits.compile_seconds"));
  bug.test_limit = std::chrono::seconds(facts.number("limits.test_seconds"));
  const auto* questions = facts.table()["questions"].as_table();
  if (questions == nullptr) facts.missing("[questions]", "a table of questions by instrument");
  for (const auto& [instrument, question] : *questions) {
    const auto text = question.value_exact<std::string>();
    if (!text) facts.missing("questions." + std::string(instrument.str()), "a string");
    bug.questions[std::string(instrument.str())] = *text;
  }
  if (!name.starts_with(bug.id + "-")) {
    throw Complaint(fmt::format("{}: id \"{}\" does not begin the folder's name",
                                description.string(), bug.id));
  }
  return bug;
}

Hunt open_hunt(const Workbook& workbook) {
  Hunt hunt;
  const auto room = workbook.root / "exercises" / "bug-hunt";
  if (!fs::is_directory(room)) return hunt;
  hunt.choices = read_choices(room / "choices.toml");
  for (const auto& entry : fs::directory_iterator(room)) {
    const auto description = entry.path() / "bug.toml";
    if (!fs::exists(description)) continue;
    hunt.bugs.push_back(read_bug(description));
    for (const auto& [instrument, question] : hunt.bugs.back().questions) {
      if (grading::find(hunt.choices.instruments, instrument) != nullptr) continue;
      throw Complaint(
          fmt::format("{}: there is no instrument {}", description.string(), instrument));
    }
  }
  std::ranges::sort(hunt.bugs, {}, &Bug::folder);
  const auto twice = std::ranges::adjacent_find(hunt.bugs, {}, &Bug::id);
  if (twice != hunt.bugs.end()) {
    throw Complaint(fmt::format("two bugs have the id {}: {} and {}", twice->id, twice->folder,
                                std::next(twice)->folder));
  }
  return hunt;
}

}  // namespace promissory::grading
