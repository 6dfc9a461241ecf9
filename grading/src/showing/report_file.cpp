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

}  // namespace

void check_writable(const fs::path& path) {
  if (fs::is_directory(path)) throw Complaint(path.string() + " is a folder, not a file to write");
  const auto probe = temporary_beside(path);
  if (!std::ofstream(probe)) complain(path, errno);
  fs::remove(probe);
}

void write_report(const fs::path& path, const std::string& text) {
  const auto temporary = temporary_beside(path);
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    const int error = errno;
    std::error_code ignored;
    fs::remove(temporary, ignored);
    complain(path, error);
  }
  fs::rename(temporary, path);
}

}  // namespace promissory::grading
