// Tells when files below a folder change.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace promissory::grading {

/// A snapshot of times and sizes decides what has changed; inotify only wakes it early. So a file
/// system that sends no events (a container's mount, a network drive) is watched all the same, by
/// looking every half second. Belongs to one thread.
class FileWatcher {
 public:
  explicit FileWatcher(std::filesystem::path folder);
  FileWatcher(const FileWatcher&) = delete;
  FileWatcher& operator=(const FileWatcher&) = delete;
  ~FileWatcher();

  /// The files that have changed, appeared or gone since the last call, sorted.
  std::vector<std::filesystem::path> changes();

  /// To be polled for reading; -1 when there is no inotify here.
  int descriptor() const { return inotify_; }
  /// Throws away the events that made descriptor() readable.
  void drain() const;

  /// How long to wait at most before asking for changes() again.
  std::chrono::milliseconds patience() const;

 private:
  struct Stamp {
    std::filesystem::file_time_type time;
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  std::map<std::filesystem::path, Stamp> snapshot() const;

  std::filesystem::path folder_;
  int inotify_;
  std::map<std::filesystem::path, Stamp> seen_;
};

}  // namespace promissory::grading
