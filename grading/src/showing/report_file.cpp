#include "showing/report_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "complaint.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

fs::path temporary_beside(const fs::path& path) {
  return path.string() + fmt::format(".{}.tmp", ::getpid());
}

[[noreturn]] void complain(const fs::path& path, int error) {
  throw Complaint(fmt::format("{} cannot be written: {}", path.string(),
                              std::generic_category().message(error)));
}

// A device, a pipe or a link is written to; renaming a file over it would take its place.
bool is_replaced(const fs::path& path) {
  const auto status = fs::symlink_status(path);
  return !fs::exists(status) || fs::is_regular_file(status);
}

}  // namespace

void check_writable(const fs::path& path) {
  if (fs::is_directory(path)) throw Complaint(path.string() + " is a folder, not a file to write");
  if (!is_replaced(path)) return;
  const auto probe = temporary_beside(path);
  if (!std::ofstream(probe)) complain(path, errno);
  fs::remove(probe);
}

void write_report(const fs::path& path, const std::string& text) {
  const bool replaced = is_replaced(path);
  const auto temporary = replaced ? temporary_beside(path) : path;
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    const int error = errno;
    std::error_code ignored;
    if (replaced) fs::remove(temporary, ignored);
    complain(path, error);
  }
  if (replaced) fs::rename(temporary, path);
}

}  // namespace promissory::grading
