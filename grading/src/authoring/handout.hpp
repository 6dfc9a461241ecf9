// What a class is given.
#pragma once

#include <filesystem>

#include "workbook/workbook.hpp"

namespace promissory::grading {

/// Writes a gzipped tarball with the untouched starters, the visible tests, the test support, the
/// tool's sources and the classroom edition of the book when it is built: everything that `make`,
/// `check` and ctest need and nothing that gives an answer away. What goes in is listed, so a new
/// kind of file stays out until somebody lists it.
/// @return the number of files in it
/// @throws Complaint when the tarball cannot be written, or a starter is not as it was given
int write_handout(const Workbook& workbook, const std::filesystem::path& tarball);

}  // namespace promissory::grading
