#include "journal/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// FNV-1a: it only has to notice that a file was edited, nobody gains by forging it.
class Hash {
 public:
  void add(const std::string& bytes) {
    for (const unsigned char c : bytes) value_ = (value_ ^ c) * 1099511628211ULL;
    value_ = (value_ ^ bytes.size()) * 1099511628211ULL;
  }

  void add_file(const fs::path& path) {
    add(path.filename().string());
    add(text_of_file(path));
  }

  void add_folder(const fs::path& folder) {
    if (!fs::is_directory(folder)) return;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const auto& file : files) add_file(file);
  }

  std::string text() const { return fmt::format("{:016x}", value_); }

 private:
  std::uint64_t value_ = 14695981039346656037ULL;
};

}  // namespace

std::string digest(const Workbook& workbook, const Exercise& exercise,
                   const Submission& submission) {
  Hash hash;
  const auto folder = submission.root / exercise.folder;
  for (const auto& file : exercise.files) hash.add_file(folder / file);
  for (const auto& file : exercise.given) hash.add_file(folder / file);
  hash.add_file(folder / "my_test.cpp");
  hash.add_file(workbook.starter(exercise) / "exercise.toml");
  hash.add_folder(workbook.tests(exercise));
  hash.add_folder(workbook.root / "solutions");
  hash.add_folder(workbook.root / "tests" / "support");
  hash.add_folder(workbook.root / "tests" / "explorer");
  hash.add_folder(workbook.root / "tests" / "bug-hunt" / "house");
  hash.add_folder(workbook.root / "cmake");
  const auto self = fs::canonical("/proc/self/exe");
  hash.add(fmt::format("{} {}", fs::file_size(self),
                       fs::last_write_time(self).time_since_epoch().count()));
  return hash.text();
}

}  // namespace promissory::grading
