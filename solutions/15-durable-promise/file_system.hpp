// The calls of the operating system that a storage on files makes, and a place to stand between.
// Given, not to be written.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace promissory {

/// One member for each system call, as thin as it can be, so that a test can count the calls, fail
/// any of them, and kill the process or cut the power between any two.
///
/// Each says what the system says: -1 is a failure, and `errno` tells why. A call that fails with
/// EINTR was interrupted and may be made again, but for close(), which has closed the file then all
/// the same. Paths are those of the system: "/" separates.
/// Thread-safety: all members may be called from any threads at once.
class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  /// Opens a folder that is there, for lock() and fsync().
  virtual int open_folder(const std::string& path) = 0;

  /// Takes the folder for whoever has opened it here, without waiting, until it is closed or the
  /// process ends, however it ends.
  /// @return -1 with EWOULDBLOCK when another one has it, in this process or in another
  virtual int lock(int folder) = 0;

  /// Appends the names of the ordinary files in the folder, without their path, in any order.
  virtual int list(const std::string& path, std::vector<std::string>& names) = 0;

  /// Opens a file for writing and empties it, or makes an empty one.
  virtual int create(const std::string& path) = 0;

  /// Opens a file that is there for reading.
  virtual int open(const std::string& path) = 0;

  /// @return how many bytes were read, 0 at the end of the file
  virtual std::ptrdiff_t read(int file, char* to, std::size_t size) = 0;

  /// @return how many bytes were written, which may be fewer than `size`
  virtual std::ptrdiff_t write(int file, const char* from, std::size_t size) = 0;

  /// Returns when what was written to the file is on the disk; of a folder, when the names in it
  /// are. After a failure nobody knows what is, and asking again proves nothing: the system may
  /// have dropped what it could not write.
  virtual int fsync(int file) = 0;

  virtual int close(int file) = 0;

  /// Gives the file a new name, in one step, whatever had that name before. The new name is on the
  /// disk when the folder is.
  virtual int rename(const std::string& from, const std::string& to) = 0;

  virtual int unlink(const std::string& path) = 0;
};

/// The real ones.
class RealFileSystem final : public FileSystem {
 public:
  int open_folder(const std::string& path) override {
    return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }

  int lock(int folder) override { return ::flock(folder, LOCK_EX | LOCK_NB); }

  int list(const std::string& path, std::vector<std::string>& names) override {
    DIR* const folder = ::opendir(path.c_str());
    if (folder == nullptr) return -1;
    int failure = 0;
    for (;;) {
      errno = 0;
      const dirent* const entry = ::readdir(folder);
      if (entry == nullptr) {
        failure = errno;
        break;
      }
      struct stat about {};
      const int flags = AT_SYMLINK_NOFOLLOW;
      if (::fstatat(::dirfd(folder), entry->d_name, &about, flags) == 0 && S_ISREG(about.st_mode)) {
        names.emplace_back(entry->d_name);
      }
    }
    ::closedir(folder);
    errno = failure;
    return failure == 0 ? 0 : -1;
  }

  int create(const std::string& path) override {
    constexpr mode_t everybody_as_umask_allows = 0666;
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  everybody_as_umask_allows);
  }

  int open(const std::string& path) override {
    return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  }

  std::ptrdiff_t read(int file, char* to, std::size_t size) override {
    return ::read(file, to, size);
  }

  std::ptrdiff_t write(int file, const char* from, std::size_t size) override {
    return ::write(file, from, size);
  }

  int fsync(int file) override { return ::fsync(file); }
  int close(int file) override { return ::close(file); }

  int rename(const std::string& from, const std::string& to) override {
    return ::rename(from.c_str(), to.c_str());
  }

  int unlink(const std::string& path) override { return ::unlink(path.c_str()); }
};

/// @return the file system of this machine
inline FileSystem& real_file_system() {
  static RealFileSystem files;
  return files;
}

}  // namespace promissory
