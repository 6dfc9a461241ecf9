#include "workbook/mutant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "complaint.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream in(text);
  for (std::string item; std::getline(in, item, ',');) {
    const auto begin = item.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    items.push_back(item.substr(begin, item.find_last_not_of(' ') - begin + 1));
  }
  return items;
}

Mutant read_mutant(const fs::path& patch) {
  std::map<std::string, std::string> header;
  std::ifstream in(patch);
  for (std::string line;
       std::getline(in, line) && !line.starts_with("diff ") && !line.starts_with("--- ");) {
    const auto colon = line.find(": ");
    if (colon != std::string::npos) header[line.substr(0, colon)] = line.substr(colon + 2);
  }
  const auto need = [&](const std::string& key) {
    if (header[key].empty()) {
      throw Complaint(fmt::format("{}: no `{}:` line in its header", patch.string(), key));
    }
    return header[key];
  };
  std::vector<std::string> explored_by;
  if (need("Ordering") == "yes") {
    explored_by = split_list(need(need("Flavour") == "explore" ? "Killed-by" : "Explored-by"));
  }
  return {.name = patch.stem().string(),
          .patch = patch,
          .title = need("Title"),
          .wrong = need("Wrong"),
          .shows = need("Shows"),
          .killed_by = split_list(need("Killed-by")),
          .flavour = need("Flavour"),
          .explored_by = std::move(explored_by)};
}

}  // namespace

std::vector<Mutant> read_mutants(const fs::path& folder) {
  std::vector<Mutant> mutants;
  if (!fs::is_directory(folder)) return mutants;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".patch") mutants.push_back(read_mutant(entry.path()));
  }
  std::ranges::sort(mutants, {}, &Mutant::name);
  return mutants;
}

void apply_mutant(const Mutant& mutant, const fs::path& solution, const fs::path& into) {
  fs::create_directories(into);
  fs::copy(solution, into / solution.filename(),
           fs::copy_options::overwrite_existing | fs::copy_options::recursive);
  // Away from any repository, so that git reads the patch's paths from the folder it is run in.
  const auto result = run({.argv = {"git", "apply", "-p2", fs::absolute(mutant.patch).string()},
                           .folder = into,
                           .environment = {"GIT_DIR=" + (into / "no-repository").string()}});
  if (result.exit_code != 0) {
    throw Complaint(
        fmt::format("{} does not apply to the reference:\n{}", mutant.patch.string(), result.err));
  }
}

}  // namespace promissory::grading
