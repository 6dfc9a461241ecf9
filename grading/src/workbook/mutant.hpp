// An earlier, wrong version of a reference solution, kept as a patch with a header.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace promissory::grading {

struct Mutant {
  std::string name;  // the patch's file name without extension
  std::filesystem::path patch;
  std::string title;
  std::string wrong;                   // what is wrong
  std::string shows;                   // which behaviour shows it
  std::vector<std::string> killed_by;  // hidden tests, each of which fails on it every time
  std::string flavour;                 // in which it dies
  // Explore tests, each of which fails on it whatever the seed; none when its fault is not one of
  // interleaving.
  std::vector<std::string> explored_by;
};

/// @param folder a tests/NN-slug/mutants folder; a missing one holds no mutants
/// @return ordered by name
/// @throws Complaint naming the patch and the header line that is missing
std::vector<Mutant> read_mutants(const std::filesystem::path& folder);

/// Writes the mutated files into `into`/<folder>/, from the reference in `solution`.
/// @throws Complaint when the patch does not apply
void apply_mutant(const Mutant& mutant, const std::filesystem::path& solution,
                  const std::filesystem::path& into);

}  // namespace promissory::grading
