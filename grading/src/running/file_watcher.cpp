#include "running/file_watcher.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace promissory::grading {
namespace fs = std::filesystem;

FileWatcher::FileWatcher(fs::path folder)
    : folder_(std::move(folder)),
      inotify_(std::getenv("PROMISSORY_POLL") == nullptr ? ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)
                                                         : -1),
      seen_(snapshot()) {
  if (inotify_ < 0) return;
  constexpr std::uint32_t events =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
  ::inotify_add_watch(inotify_, folder_.c_str(), events);
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.is_directory()) ::inotify_add_watch(inotify_, entry.path().c_str(), events);
  }
}

FileWatcher::~FileWatcher() {
  if (inotify_ >= 0) ::close(inotify_);
}

std::chrono::milliseconds FileWatcher::patience() const {
  return std::chrono::milliseconds(inotify_ < 0 ? 200 : 500);
}

void FileWatcher::drain() const {
  std::array<char, 4096> events;
  while (::read(inotify_, events.data(), events.size()) > 0) {
  }
}

std::map<fs::path, FileWatcher::Stamp> FileWatcher::snapshot() const {
  std::map<fs::path, Stamp> stamps;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder_, error), end; !error && it != end;
       it.increment(error)) {
    // Editors write swap and backup files beside the real one.
    const auto name = it->path().filename().string();
    if (name.starts_with('.') || name.ends_with('~')) continue;
    std::error_code gone;  // between listing and looking
    if (!it->is_regular_file(gone) || gone) continue;
    const Stamp stamp{it->last_write_time(gone), it->file_size(gone)};
    if (!gone) stamps[it->path()] = stamp;
  }
  return stamps;
}

std::vector<fs::path> FileWatcher::changes() {
  auto now = snapshot();
  std::vector<fs::path> changed;
  for (const auto& [path, stamp] : now) {
    const auto before = seen_.find(path);
    if (before == seen_.end() || !(before->second == stamp)) changed.push_back(path);
  }
  for (const auto& [path, stamp] : seen_) {
    if (!now.contains(path)) changed.push_back(path);
  }
  seen_ = std::move(now);
  return changed;
}

}  // namespace promissory::grading
