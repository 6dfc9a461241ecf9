#include "hunt/fake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "complaint.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

Fake read_fake(const fs::path& patch) {
  std::map<std::string, std::string> header;
  std::ifstream in(patch);
  for (std::string line; std::getline(in, line) && !line.starts_with("--- ");) {
    const auto colon = line.find(": ");
    if (colon != std::string::npos) header[line.substr(0, colon)] = line.substr(colon + 2);
  }
  const auto need = [&](const char* key) {
    if (header[key].empty()) {
      throw Complaint(fmt::format("{}: no `{}:` line in its header", patch.string(), key));
    }
    return header[key];
  };
  return {.name = patch.stem().string(),
          .patch = patch,
          .title = need("Title"),
          .wrong = need("Wrong"),
          .refused_by = need("Refused-by"),
          .flavour = need("Flavour")};
}

}  // namespace

std::vector<Fake> read_fakes(const fs::path& folder) {
  std::vector<Fake> fakes;
  if (!fs::is_directory(folder)) return fakes;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".patch") fakes.push_back(read_fake(entry.path()));
  }
  std::ranges::sort(fakes, {}, &Fake::name);
  return fakes;
}

void apply_fake(const Fake& fake, const Workbook& workbook, const Bug& bug, const fs::path& into) {
  fs::create_directories(into / bug.folder);
  fs::copy_file(workbook.root / "exercises" / bug.folder / bug.file, into / bug.folder / bug.file,
                fs::copy_options::overwrite_existing);
  // Away from any repository, so that git reads the patch's paths from the folder it is run in.
  const auto result = run({.argv = {"git", "apply", "-p2", fs::absolute(fake.patch).string()},
                           .folder = into,
                           .environment = {"GIT_DIR=" + (into / "no-repository").string()}});
  if (result.exit_code != 0) {
    throw Complaint(fmt::format("{} does not apply to the broken program:\n{}", fake.patch.string(),
                                result.err));
  }
}

}  // namespace promissory::grading
