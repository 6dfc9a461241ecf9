// Files to try the tool on.
#pragma once

#include <filesystem>
#include <string>

namespace promissory::grading {

std::string read_file(const std::filesystem::path& path);
/// Makes the folders above it too.
void write_file(const std::filesystem::path& path, const std::string& text);
/// Replaces the one place where `from` stands. @throws std::logic_error when there is not one place
void replace_in(const std::filesystem::path& path, const std::string& from, const std::string& to);

/// The folder toys/ in the sources.
std::filesystem::path toys();
/// Where the kits lie that were built from the sources.
std::filesystem::path built_kits();
/// The folder of the sources of the whole workbook, and the tool.
std::filesystem::path source_root();
std::filesystem::path tool_program();

}  // namespace promissory::grading
