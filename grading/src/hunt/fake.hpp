// A fake mend: it hides the symptom of a broken program, and is refused.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hunt/bug.hpp"

namespace promissory::grading {

struct Fake {
  std::string name;  // the patch's file name without extension
  std::filesystem::path patch;
  std::string title;
  std::string wrong;       // why it is no mend
  std::string refused_by;  // the test that fails on it every time
  std::string flavour;     // in which it fails
};

/// @param folder a tests/bug-hunt/NN-slug/fakes folder; a missing one holds none
/// @return ordered by name
/// @throws Complaint naming the patch and the header line that is missing
std::vector<Fake> read_fakes(const std::filesystem::path& folder);

/// Writes the broken program with the fake mend into `into`/<folder of the bug>/.
/// @throws Complaint when the patch does not apply
void apply_fake(const Fake& fake, const Workbook& workbook, const Bug& bug,
                const std::filesystem::path& into);

}  // namespace promissory::grading
