#include "support/proc_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace promissory::support {
namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(static_cast<int>(syscall(SYS_openat, AT_FDCWD, path.c_str(), flags | O_CLOEXEC))) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (is_open()) syscall(SYS_close, number_);
  }
  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

std::optional<std::string> read_proc_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  std::string text;
  char buffer[4096];
  while (true) {
    const long count = syscall(SYS_read, file.number(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
}

std::optional<std::vector<pid_t>> numbers_in_proc_directory(const std::string& path) {
  const Descriptor directory(path, O_RDONLY | O_DIRECTORY);
  if (!directory.is_open()) return std::nullopt;
  std::vector<pid_t> numbers;
  alignas(dirent64) char buffer[4096];
  while (true) {
    const long count = syscall(SYS_getdents64, directory.number(), buffer, sizeof buffer);
    if (count < 0) return std::nullopt;
    if (count == 0) return numbers;
    for (long at = 0; at < count;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      const long number = std::strtol(entry->d_name, nullptr, 10);
      if (number > 0) numbers.push_back(static_cast<pid_t>(number));
      at += entry->d_reclen;
    }
  }
}

void write_fully(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const long count = syscall(SYS_write, descriptor, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace promissory::support
