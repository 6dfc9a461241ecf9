#include "toy_workbook.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

void fill_in(const fs::path& from, const fs::path& to, const std::string& id,
             const std::string& folder) {
  auto text = read_file(from);
  replace_all(text, "@ID@", id);
  replace_all(text, "@FOLDER@", folder);
  write_file(to, text);
}

void fill_in_all(const fs::path& from, const fs::path& to, const std::string& id,
                 const std::string& folder) {
  if (!fs::is_directory(from)) return;
  for (const auto& entry : fs::directory_iterator(from)) {
    fill_in(entry.path(), to / entry.path().filename(), id, folder);
  }
}

}  // namespace

ToyWorkbook::ToyWorkbook(const std::string& name)
    : root_(fs::path(PROMISSORY_TEST_WORK) / name), lock_(root_ / "held") {
  for (const auto& entry : fs::directory_iterator(root_)) {
    if (entry.path().filename() != "held") fs::remove_all(entry.path());
  }
  for (const auto* room : {"exercises", "solutions", "tests"}) fs::create_directory(root_ / room);
  fs::copy_file(source_root() / ".clang-format", root_ / ".clang-format");
}

void ToyWorkbook::add(const std::string& id, const std::string& slug) {
  const auto folder = id + "-" + slug;
  fill_in(toys() / "exercise.toml", exercises(folder) / "exercise.toml", id, folder);
  fill_in_all(toys() / "starter", exercises(folder), id, folder);
  fill_in_all(toys() / "submissions" / slug, exercises(folder), id, folder);
  fill_in_all(toys() / "solution", solutions(folder), id, folder);
  fill_in_all(toys() / "mutants", tests(folder) / "mutants", id, folder);
  for (const auto* kind : {"visible_test.cpp", "hidden_test.cpp", "explore_test.cpp"}) {
    fill_in(toys() / kind, tests(folder) / kind, id, folder);
  }
}

void ToyWorkbook::add_bug(const std::string& id) {
  const auto folder = "bug-hunt/" + id + "-letter-box";
  const auto from = toys() / "hunt";
  fill_in(from / "choices.toml", exercises("bug-hunt") / "choices.toml", id, folder);
  fill_in_all(from / "exercises", exercises(folder), id, folder);
  fill_in_all(from / "solutions", solutions(folder), id, folder);
  fill_in_all(from / "tests" / "fakes", tests(folder) / "fakes", id, folder);
  for (const auto* name :
       {"accepted.toml", "scenario_test.cpp", "hidden_test.cpp", "explore_test.cpp"}) {
    fill_in(from / "tests" / name, tests(folder) / name, id, folder);
  }
}

fs::path ToyWorkbook::exercises(const std::string& folder) const {
  return root_ / "exercises" / folder;
}

fs::path ToyWorkbook::solutions(const std::string& folder) const {
  return root_ / "solutions" / folder;
}

fs::path ToyWorkbook::tests(const std::string& folder) const {
  return root_ / "tests" / folder;
}

std::vector<std::string> ToyWorkbook::environment() const {
  return {"PROMISSORY_KITS=" + built_kits().string(),
          "PROMISSORY_JOURNAL=" + (root_ / "journal.db").string(), "PROMISSORY_POLL",
          "CLICOLOR_FORCE"};
}

Command ToyWorkbook::command(const std::vector<std::string>& arguments) const {
  Command command{.argv = {tool_program().string(), "--workbook", root_.string()},
                  .folder = root_,
                  .environment = environment(),
                  .limit = std::chrono::minutes(20)};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return command;
}

Finished ToyWorkbook::tool(const std::vector<std::string>& arguments) const {
  return run(command(arguments));
}

}  // namespace promissory::grading
