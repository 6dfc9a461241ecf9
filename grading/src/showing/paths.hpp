// Paths as a person would write them.
#pragma once

#include <filesystem>
#include <string>

namespace promissory::grading {

/// Relative to the workbook when it lies inside, as it is otherwise.
inline std::string shortened(const std::filesystem::path& root, const std::string& path) {
  const auto prefix = root.string() + "/";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

/// Every mention of the workbook's folder in a text is cut.
inline std::string without_root(const std::filesystem::path& root, std::string text) {
  const auto prefix = root.string() + "/";
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

}  // namespace promissory::grading
