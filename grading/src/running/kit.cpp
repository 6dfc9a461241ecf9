#include "running/kit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "complaint.hpp"
#include "running/folder_lock.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

bool is_built(const fs::path& kit, const fs::path& folder) {
  return fs::exists(kit) && fs::exists(folder / "libkit.a") &&
         (fs::exists(folder / "prelude.hpp.gch") || fs::exists(folder / "prelude.hpp.pch"));
}

bool is_older_than_its_sources(const Workbook& workbook, const std::string& flavour,
                               const fs::path& built) {
  const auto time = fs::last_write_time(built);
  std::vector<const char*> sources{"cmake", "tests/support"};
  if (flavour == "explore") {
    for (const auto* folder :
         {"tests/explorer", "tests/explorer/src", "tests/explorer/src/interpose"}) {
      sources.push_back(folder);
    }
  }
  for (const auto* source : sources) {
    const auto folder = workbook.root / source;
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_regular_file() && entry.last_write_time() > time) return true;
    }
  }
  return false;
}

void must(const Finished& finished, const std::string& what) {
  if (finished.exit_code == 0) return;
  const auto& text = finished.err.empty() ? finished.out : finished.err;
  throw Complaint(
      fmt::format("{} failed; `promissory doctor` says what is missing.\n{}", what, text));
}

}  // namespace

Kit open_kit(const Workbook& workbook, const std::string& flavour) {
  const auto folder = workbook.kits() / flavour;
  const auto path = folder / "kit.json";
  const bool ours = !workbook.kits_are_given();
  if (ours && (!is_built(path, folder) ||
               is_older_than_its_sources(workbook, flavour, folder / "libkit.a"))) {
    // Two commands at once must not build the same kit: the second waits and finds it built.
    const FolderLock lock(folder);
    must(run({.argv = {"cmake", "--preset", flavour}, .folder = workbook.root}),
         "cmake --preset " + flavour);
    must(run({.argv = {"cmake", "--build", "--preset", flavour, "--target", "kit", "prelude"},
              .folder = workbook.root}),
         "building the " + flavour + " kit");
    // Linked again or not, it is as new as its sources.
    fs::last_write_time(folder / "libkit.a", fs::file_time_type::clock::now());
  }
  try {
    std::ifstream in(path);
    const auto json = nlohmann::json::parse(in);
    return {.flavour = json.at("flavour"),
            .compiler = json.at("compiler"),
            .compiler_name = json.at("compiler_name"),
            .launcher = json.at("launcher"),
            .compile = json.at("compile"),
            .link = json.at("link"),
            .library = json.at("library").get<std::string>(),
            .support = json.at("support").get<std::string>(),
            .env = json.at("env")};
  } catch (const nlohmann::json::exception& error) {
    throw Complaint(fmt::format("{} is not readable ({}): remove build/{} and try again",
                                path.string(), error.what(), flavour));
  }
}

}  // namespace promissory::grading
