#include "workbook/file_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;

void FileHash::add(const std::string& bytes) {
  for (const unsigned char c : bytes) value_ = (value_ ^ c) * 1099511628211ULL;
  value_ = (value_ ^ bytes.size()) * 1099511628211ULL;
}

void FileHash::add_file(const fs::path& path) {
  add(path.filename().string());
  add(text_of_file(path));
}

void FileHash::add_folder(const fs::path& folder) {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) add_file(file);
}

std::string FileHash::text() const {
  return fmt::format("{:016x}", value_);
}

}  // namespace promissory::grading
