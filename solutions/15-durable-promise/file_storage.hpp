// A storage that keeps each promise in a file of its own.
#pragma once

#include <cerrno>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "15-durable-promise/codec.hpp"
#include "15-durable-promise/file_system.hpp"
#include "15-durable-promise/storage.hpp"

namespace promissory {

namespace detail {

/// Makes a call until it is not interrupted.
/// @return what it returns
/// @throws std::system_error with what `errno` says and with `what` when that is -1
template <class Call>
auto checked(const std::string& what, Call call) {
  for (;;) {
    const auto returned = call();
    if (returned != -1) return returned;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), what);
  }
}

/// A file, or a folder, that is open as long as this lives.
class OpenFile {
 public:
  OpenFile(FileSystem& files, int number) : files_(files), number_(number) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  // Once, whatever it says: the number is free then, and may already be somebody else's. An error
  // here is none of ours, because fsync() has answered before.
  ~OpenFile() { files_.close(number_); }

  int number() const noexcept { return number_; }

 private:
  FileSystem& files_;
  int number_;
};

}  // namespace detail

/// Keeps each promise in a file of one folder, which a person can read and copy.
///
/// An outcome becomes visible in one step, whenever the process or the machine dies: it is written
/// to a temporary file beside, which is on the disk before it is renamed over the old one, and the
/// folder is on the disk before anybody is told.
///
/// The folder belongs to one FileStorage at a time, in all processes. Files that are no promise, or
/// half of one, are left where they are; all() warns of them.
/// Thread-safety: as Storage. Source: Task 15 of the practice tasks.
class FileStorage final : public Storage {
 public:
  /// @param folder is there already; no file in it need be
  /// @param warn called with no lock held
  /// @throws std::system_error with std::errc::resource_unavailable_try_again when another
  ///     FileStorage has the folder, with others when it cannot be used
  explicit FileStorage(std::string folder, Warn warn = to_standard_error(),
                       FileSystem& files = real_file_system())
      : files_(files),
        path_(std::move(folder)),
        warn_(std::move(warn)),
        folder_(files, detail::checked("open " + path_, [&] { return files.open_folder(path_); })) {
    detail::checked("lock " + path_, [&] { return files_.lock(folder_.number()); });
    // Who was here before may have died between renaming and this. What is found now may be told.
    sync_folder();
  }

  /// @throws std::invalid_argument when the id is too long for the name of a file
  /// @throws std::runtime_error when the file with this id's name holds something else
  Kept keep(const Record& record) override {
    std::lock_guard lock(mutex_);
    std::optional<Record> found = find(record.id);
    const bool is_final =
        found && (found->state != PromiseState::pending || record.state == PromiseState::pending);
    if (is_final) return {std::move(*found), false};
    write(record);
    return {record, true};
  }

  std::optional<Record> load(const std::string& id) override {
    std::lock_guard lock(mutex_);
    return find(id);
  }

  std::vector<Record> all() override {
    std::vector<Record> records;
    std::vector<std::string> useless;
    {
      std::lock_guard lock(mutex_);
      std::vector<std::string> names;
      detail::checked("list " + path_, [&] {
        names.clear();
        return files_.list(path_, names);
      });
      for (const std::string& name : names) {
        std::optional<Record> record;
        if (name.ends_with(ending)) record = read(name);
        // Only under its own name: a copy that somebody made is not the promise.
        if (record && encoded(record->id) == name) {
          records.push_back(on_disk(std::move(*record)));
        } else {
          useless.push_back(name);
        }
      }
    }
    for (const std::string& name : useless) {
      warn_(path_ + "/" + name + " is no promise, or half of one; it is left as it is");
    }
    return records;
  }

 private:
  static constexpr std::string_view ending = ".promise";
  static constexpr std::string_view temporary = ".tmp";
  static constexpr std::size_t longest_name = 255;

  // Letters, digits, '-' and '_' stay, so that a person finds the file; everything else becomes a
  // number. No path, no "..", no end of a string gets through. Capitals are numbers too: some file
  // systems take "A" and "a" for the same.
  static std::string encoded(const std::string& id) {
    constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name;
    for (const char letter : id) {
      if (harmless.find(letter) != std::string_view::npos) {
        name += letter;
      } else {
        const auto byte = static_cast<unsigned char>(letter);
        name += '%';
        name += digits[byte / digits.size()];
        name += digits[byte % digits.size()];
      }
    }
    return name += ending;
  }

  static std::string name_of_file(const std::string& id) {
    std::string name = encoded(id);
    if (name.size() + temporary.size() > longest_name) {
      throw std::invalid_argument("the id of a promise is too long for the name of a file");
    }
    return name;
  }

  // What is not there is no promise. What is there and cannot be read is not "not there": it would
  // be overwritten.
  std::optional<Record> find(const std::string& id) {
    const std::string name = name_of_file(id);
    std::optional<Record> record;
    try {
      record = read(name);
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::no_such_file_or_directory) return std::nullopt;
      throw;
    }
    if (!record || record->id != id) {
      throw std::runtime_error(path_ + "/" + name + " is not the promise that it should be");
    }
    return on_disk(std::move(*record));
  }

  // Nothing when the file holds no record.
  std::optional<Record> read(const std::string& name) {
    const std::string path = path_ + "/" + name;
    const detail::OpenFile file(files_,
                                detail::checked("open " + path, [&] { return files_.open(path); }));
    std::string text;
    char part[4096];
    for (;;) {
      const auto size = detail::checked(
          "read " + path, [&] { return files_.read(file.number(), part, sizeof part); });
      if (size == 0) return record_from(text);
      text.append(part, static_cast<std::size_t>(size));
    }
  }

  // What can be read need not be on the disk: the last write may have failed after the rename. To
  // ask for the fsync again would prove nothing, hence all of it once more.
  Record on_disk(Record record) {
    if (in_doubt_.contains(record.id)) write(record);
    return record;
  }

  void write(const Record& record) {
    const std::string name = name_of_file(record.id);
    const std::string path = path_ + "/" + name;
    const std::string beside = path + std::string(temporary);
    const std::string text = to_text(record);
    try {
      {
        const detail::OpenFile file(
            files_, detail::checked("create " + beside, [&] { return files_.create(beside); }));
        for (std::size_t done = 0; done < text.size();) {
          done += static_cast<std::size_t>(detail::checked("write " + beside, [&] {
            return files_.write(file.number(), text.data() + done, text.size() - done);
          }));
        }
        // Before the rename: a name may reach the disk before what it names.
        detail::checked("fsync " + beside, [&] { return files_.fsync(file.number()); });
      }
      in_doubt_.insert(record.id);
      detail::checked("rename " + beside, [&] { return files_.rename(beside, path); });
    } catch (...) {
      files_.unlink(beside);  // a full disk needs the space; the next attempt begins anew
      throw;
    }
    sync_folder();
    in_doubt_.erase(record.id);
  }

  void sync_folder() {
    detail::checked("fsync " + path_, [&] { return files_.fsync(folder_.number()); });
  }

  FileSystem& files_;
  const std::string path_;
  const Warn warn_;
  const detail::OpenFile folder_;
  // Makes looking and writing one step; two threads would also share a temporary file.
  std::mutex mutex_;
  std::set<std::string> in_doubt_;  // guarded by mutex_: ids renamed, and not yet synced
};

}  // namespace promissory
