// The real file system, with somebody who looks on.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "15-durable-promise/file_system.hpp"

namespace promissory::support {

/// Hands every call on to the real file system, and says so before and after it. A write is two
/// calls, each of half of it: somebody may die in the middle of it.
class WatchedFiles final : public FileSystem {
  // First, for what it returns is known only then.
  template <class Call>
  auto watched(Call call) {
    step_();
    const auto returned = call();
    const int why = errno;
    step_();
    errno = why;
    return returned;
  }

 public:
  /// @param step called before the call, in the middle of a write, and after it
  /// @param syncs whether fsync() really is made, which takes a disk its time
  explicit WatchedFiles(
      std::function<void()> step = [] {}, bool syncs = false)
      : step_(std::move(step)), syncs_(syncs) {}

  int open_folder(const std::string& path) override {
    return watched([&] { return real_.open_folder(path); });
  }
  int lock(int folder) override {
    return watched([&] { return real_.lock(folder); });
  }
  int list(const std::string& path, std::vector<std::string>& names) override {
    return watched([&] { return real_.list(path, names); });
  }
  int create(const std::string& path) override {
    return watched([&] { return real_.create(path); });
  }
  int open(const std::string& path) override {
    return watched([&] { return real_.open(path); });
  }
  std::ptrdiff_t read(int file, char* to, std::size_t size) override {
    return watched([&] { return real_.read(file, to, size); });
  }
  std::ptrdiff_t write(int file, const char* from, std::size_t size) override {
    const std::size_t half = (size + 1) / 2;
    const auto first = watched([&] { return real_.write(file, from, half); });
    if (first < static_cast<std::ptrdiff_t>(half) || half == size) return first;
    const auto second = watched([&] { return real_.write(file, from + half, size - half); });
    return first + std::max<std::ptrdiff_t>(second, 0);
  }
  int fsync(int file) override {
    return watched([&] { return syncs_ ? real_.fsync(file) : 0; });
  }
  int close(int file) override {
    return watched([&] { return real_.close(file); });
  }
  int rename(const std::string& from, const std::string& to) override {
    return watched([&] { return real_.rename(from, to); });
  }
  int unlink(const std::string& path) override {
    return watched([&] { return real_.unlink(path); });
  }

 private:
  RealFileSystem real_;
  std::function<void()> step_;
  bool syncs_;
};

}  // namespace promissory::support
