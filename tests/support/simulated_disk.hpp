// A disk in memory that fails when it is told to, and whose power can be cut.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "15-durable-promise/file_system.hpp"

namespace promissory::support {

/// One call that somebody is about to make.
struct DiskCall {
  std::string_view name;  // "write", or "fsync folder" for that of a folder
  std::string path;       // of what it is about; of a rename the old one
};

/// What the files of a folder hold, by name.
using DiskImage = std::map<std::string, std::string>;

/// One folder on a disk that keeps apart what was written and what was synced.
///
/// A real disk promises nothing of what was not synced, and neither does this one: after a power
/// cut the names may be those of any moment since the folder was synced, whatever the data, and
/// the data of a file may be there, be there in part, be zeros, or not be there.
///
/// As with a real one, an fsync that has failed is not made up for by a second one: what could not
/// be written counts as clean.
/// Thread-safety: all members may be called from any threads at once, but `before` and
/// `largest_write`, which are set beforehand.
class SimulatedDisk final : public FileSystem {
 public:
  explicit SimulatedDisk(std::string folder, const DiskImage& image = {})
      : folder_(std::move(folder)) {
    for (const auto& [name, text] : image) {
      names_.back()[name] = std::make_shared<File>(File{text, text, false});
    }
  }

  /// Called before each call, with no lock held. What it returns, if not 0, is the `errno` with
  /// which the call fails.
  std::function<int(const DiskCall&)> before;

  /// A write does so many bytes at most.
  std::size_t largest_write = static_cast<std::size_t>(-1);

  /// @return what may be in the folder when the power comes back after it was cut now; the last is
  ///     all of it, as after the death of the process alone
  std::vector<DiskImage> after_a_power_cut() const {
    std::lock_guard lock(mutex_);
    std::vector<DiskImage> images;
    for (const Names& names : names_) {
      for (const auto survives : {&nothing_unsynced, &zeros, &half, &everything}) {
        DiskImage image;
        for (const auto& [name, file] : names) image[name] = survives(*file);
        if (std::ranges::count(images, image) == 0) images.push_back(std::move(image));
      }
    }
    DiskImage all;
    for (const auto& [name, file] : names_.back()) all[name] = file->text;
    std::erase(images, all);
    images.push_back(std::move(all));
    return images;
  }

  /// @return the disk as the next process finds it when this one dies now: everything is there, and
  ///     what was not synced is still not
  std::unique_ptr<SimulatedDisk> after_a_kill() const {
    auto disk = std::make_unique<SimulatedDisk>(folder_);
    std::lock_guard lock(mutex_);
    std::map<const File*, std::shared_ptr<File>> copies;
    disk->names_.clear();
    for (const Names& names : names_) {
      Names& to = disk->names_.emplace_back();
      for (const auto& [name, file] : names) {
        std::shared_ptr<File>& copy = copies[file.get()];
        if (!copy) copy = std::make_shared<File>(*file);
        to[name] = copy;
      }
    }
    disk->names_are_dirty_ = names_are_dirty_;
    return disk;
  }

  /// @return what the processes of a machine that runs find in the folder
  DiskImage now() const { return after_a_power_cut().back(); }

  std::size_t open_files() const {
    std::lock_guard lock(mutex_);
    return open_.size();
  }

  /// @return how often something was done with a number that was not open
  int misused() const {
    std::lock_guard lock(mutex_);
    return misused_;
  }

  int open_folder(const std::string& path) override {
    if (fails("open folder", path)) return -1;
    std::lock_guard lock(mutex_);
    if (path != folder_) return failed(ENOENT);
    return opened({nullptr, 0});
  }

  int lock(int folder) override {
    if (fails("lock", folder_)) return -1;
    std::lock_guard lock(mutex_);
    if (!open_.contains(folder)) return misuse();
    if (locked_by_ != 0 && locked_by_ != folder) return failed(EWOULDBLOCK);
    locked_by_ = folder;
    return 0;
  }

  int list(const std::string& path, std::vector<std::string>& names) override {
    if (fails("list", path)) return -1;
    std::lock_guard lock(mutex_);
    if (path != folder_) return failed(ENOENT);
    for (const auto& [name, file] : names_.back()) names.push_back(name);
    return 0;
  }

  int create(const std::string& path) override {
    if (fails("create", path)) return -1;
    std::lock_guard lock(mutex_);
    const std::string name = name_in(path);
    if (name.empty()) return failed(ENOENT);
    if (!names_.back().contains(name)) {
      change_names([&](Names& names) { names[name] = std::make_shared<File>(); });
    }
    const auto file = names_.back()[name];
    file->is_dirty = file->is_dirty || !file->text.empty();
    file->text.clear();
    return opened({file, 0});
  }

  int open(const std::string& path) override {
    if (fails("open", path)) return -1;
    std::lock_guard lock(mutex_);
    const auto found = names_.back().find(name_in(path));
    if (found == names_.back().end()) return failed(ENOENT);
    return opened({found->second, 0});
  }

  std::ptrdiff_t read(int file, char* to, std::size_t size) override {
    if (fails("read", path_of(file))) return -1;
    std::lock_guard lock(mutex_);
    const auto found = open_.find(file);
    if (found == open_.end() || !found->second.file) return misuse();
    auto& [read, at] = found->second;
    size = std::min(size, read->text.size() - std::min(at, read->text.size()));
    std::memcpy(to, read->text.data() + at, size);
    at += size;
    return static_cast<std::ptrdiff_t>(size);
  }

  std::ptrdiff_t write(int file, const char* from, std::size_t size) override {
    if (fails("write", path_of(file))) return -1;
    std::lock_guard lock(mutex_);
    const auto found = open_.find(file);
    if (found == open_.end() || !found->second.file) return misuse();
    auto& [written, at] = found->second;
    size = std::min(size, largest_write);
    written->text.resize(std::max(written->text.size(), at + size));
    written->text.replace(at, size, from, size);
    written->is_dirty = true;
    at += size;
    return static_cast<std::ptrdiff_t>(size);
  }

  int fsync(int file) override {
    const bool is_file = file_of(file) != nullptr;
    const bool fails_now = fails(is_file ? "fsync" : "fsync folder", path_of(file));
    if (fails_now && errno == EINTR) return -1;
    std::lock_guard lock(mutex_);
    const auto found = open_.find(file);
    if (found == open_.end()) return misuse();
    bool& is_dirty = is_file ? found->second.file->is_dirty : names_are_dirty_;
    const bool was_dirty = std::exchange(is_dirty, false);
    if (fails_now) return -1;
    if (!was_dirty) return 0;
    if (is_file) {
      found->second.file->synced = found->second.file->text;
    } else {
      names_.erase(names_.begin(), names_.end() - 1);
    }
    return 0;
  }

  // The number is free afterwards, whatever the answer.
  int close(int file) override {
    const bool fails_now = fails("close", path_of(file));
    std::lock_guard lock(mutex_);
    if (open_.erase(file) == 0) return misuse();
    if (locked_by_ == file) locked_by_ = 0;
    return fails_now ? -1 : 0;
  }

  int rename(const std::string& from, const std::string& to) override {
    if (fails("rename", from)) return -1;
    std::lock_guard lock(mutex_);
    const auto found = names_.back().find(name_in(from));
    if (found == names_.back().end() || name_in(to).empty()) return failed(ENOENT);
    change_names([&](Names& names) {
      names[name_in(to)] = found->second;
      names.erase(name_in(from));
    });
    return 0;
  }

  int unlink(const std::string& path) override {
    if (fails("unlink", path)) return -1;
    std::lock_guard lock(mutex_);
    if (!names_.back().contains(name_in(path))) return failed(ENOENT);
    change_names([&](Names& names) { names.erase(name_in(path)); });
    return 0;
  }

 private:
  struct File {
    std::string text;
    std::string synced;
    bool is_dirty = false;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;
  struct Open {
    std::shared_ptr<File> file;  // null for the folder
    std::size_t at = 0;
  };

  // What was appended to synced data cannot harm that.
  static std::size_t safe(const File& file) {
    return file.text.starts_with(file.synced) ? file.synced.size() : 0;
  }
  static std::string nothing_unsynced(const File& file) { return file.synced; }
  static std::string zeros(const File& file) {
    return file.text.substr(0, safe(file)) + std::string(file.text.size() - safe(file), '\0');
  }
  static std::string half(const File& file) {
    return file.text.substr(0, safe(file) + (file.text.size() - safe(file)) / 2);
  }
  static std::string everything(const File& file) { return file.text; }

  static int failed(int why) {
    errno = why;
    return -1;
  }

  bool fails(std::string_view name, const std::string& path) {
    const int why = before ? before({name, path}) : 0;
    if (why != 0) errno = why;
    return why != 0;
  }

  int misuse() {
    ++misused_;
    return failed(EBADF);
  }

  int opened(Open open) {
    const int number = ++last_number_;
    open_[number] = std::move(open);
    return number;
  }

  std::shared_ptr<File> file_of(int number) const {
    std::lock_guard lock(mutex_);
    const auto found = open_.find(number);
    return found == open_.end() ? nullptr : found->second.file;
  }

  std::string path_of(int number) const {
    const auto file = file_of(number);
    std::lock_guard lock(mutex_);
    for (const auto& [name, named] : names_.back()) {
      if (file && named == file) return folder_ + "/" + name;
    }
    return folder_;
  }

  // Empty when the path leads elsewhere.
  std::string name_in(const std::string& path) const {
    if (!path.starts_with(folder_ + "/")) return {};
    const std::string name = path.substr(folder_.size() + 1);
    return name.find('/') == std::string::npos && name != "." && name != ".." ? name : "";
  }

  template <class Change>
  void change_names(Change change) {
    Names names = names_.back();
    change(names);
    names_.push_back(std::move(names));
    names_are_dirty_ = true;
  }

  const std::string folder_;
  mutable std::mutex mutex_;
  // All of these are guarded by mutex_. The names as they were synced last, and after each change
  // since.
  std::vector<Names> names_{{}};
  bool names_are_dirty_ = false;
  std::map<int, Open> open_;
  int last_number_ = 0;
  int locked_by_ = 0;
  int misused_ = 0;
};

}  // namespace promissory::support
