#include "toy_files.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace promissory::grading {
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void replace_in(const fs::path& path, const std::string& from, const std::string& to) {
  auto text = read_file(path);
  const auto at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) {
    throw std::logic_error(path.string() + " does not have one place with: " + from);
  }
  write_file(path, text.replace(at, from.size(), to));
}

fs::path toys() {
  return fs::path(PROMISSORY_TEST_SOURCES) / "toys";
}

fs::path built_kits() {
  return PROMISSORY_TEST_KITS;
}

fs::path source_root() {
  return PROMISSORY_TEST_ROOT;
}

fs::path tool_program() {
  return PROMISSORY_TEST_TOOL;
}

}  // namespace promissory::grading
