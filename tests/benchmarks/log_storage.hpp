// A storage that keeps the outcomes of many callers with one fsync: group commit.
#pragma once

#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "15-durable-promise/codec.hpp"
#include "15-durable-promise/file_storage.hpp"
#include "15-durable-promise/file_system.hpp"
#include "15-durable-promise/storage.hpp"

namespace promissory {

/// How many records one fsync may serve.
enum class Commit { each_by_itself, in_groups };

/// Keeps promises in a log: each life appends to a file of its own, and reads those of the lives
/// before. Whoever comes while the disk is busy with others waits, and goes with the next group.
///
///     keep ──> group_, which collects ──> written and synced by one of them ──> records_, all told
///
/// It never removes anything: a real one would fold the log into a table now and then.
/// Thread-safety: as Storage.
class LogStorage final : public Storage {
 public:
  explicit LogStorage(std::string folder, Commit commit = Commit::in_groups,
                      FileSystem& files = real_file_system())
      : files_(files),
        path_(std::move(folder)),
        commit_(commit),
        folder_(files, detail::checked("open " + path_, [&] { return files.open_folder(path_); })) {
    detail::checked("lock " + path_, [&] { return files_.lock(folder_.number()); });
    std::vector<std::string> names;
    detail::checked("list " + path_, [&] {
      names.clear();
      return files_.list(path_, names);
    });
    for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
      if (!name.starts_with(beginning)) continue;
      read(path_ + "/" + name);
      number_ = std::stoull(name.substr(beginning.size()));
    }
    begin_file();
    // The last life may have been killed before its fsync: what is found is written once more.
    std::string found;
    for (const auto& [id, record] : records_) append_field(found, to_text(record));
    append(found);
  }

  Kept keep(const Record& record) override {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (const Record* const there = kept_already(record)) return {*there, false};
      // Somebody of this or the next group is about to settle it: who that is decides.
      if (!under_way_.contains(record.id) && (commit_ == Commit::in_groups || !is_busy_)) break;
      changed_.wait(lock);
    }
    under_way_.insert(record.id);
    const std::shared_ptr<Group> mine = group_;
    mine->records.push_back(record);
    append_field(mine->text, to_text(record));
    // The first who finds the disk idle takes along everybody who has come until then.
    while (!mine->is_over) {
      if (is_busy_) {
        changed_.wait(lock);
      } else {
        write_group(lock);
      }
    }
    if (mine->failure) std::rethrow_exception(mine->failure);
    return {record, true};
  }

  std::optional<Record> load(const std::string& id) override {
    std::lock_guard lock(mutex_);
    const auto found = records_.find(id);
    return found == records_.end() ? std::nullopt : std::optional<Record>(found->second);
  }

  std::vector<Record> all() override {
    std::lock_guard lock(mutex_);
    std::vector<Record> records;
    for (const auto& [id, record] : records_) records.push_back(record);
    return records;
  }

 private:
  static constexpr std::string_view beginning = "log-";

  struct Group {
    std::vector<Record> records;
    std::string text;
    bool is_over = false;
    std::exception_ptr failure;
  };

  const Record* kept_already(const Record& record) const {
    const auto found = records_.find(record.id);
    if (found == records_.end()) return nullptr;
    const bool is_final =
        found->second.state != PromiseState::pending || record.state == PromiseState::pending;
    return is_final ? &found->second : nullptr;
  }

  // While one thread is at the disk, without the lock, the others fill the next group.
  void write_group(std::unique_lock<std::mutex>& lock) {
    const std::shared_ptr<Group> group = std::exchange(group_, std::make_shared<Group>());
    is_busy_ = true;
    lock.unlock();
    try {
      append(group->text);
    } catch (...) {
      group->failure = std::current_exception();
    }
    lock.lock();
    for (Record& record : group->records) {
      under_way_.erase(record.id);
      if (!group->failure) records_[record.id] = std::move(record);
    }
    group->is_over = true;
    is_busy_ = false;
    changed_.notify_all();
  }

  // After a failure nobody knows what is in the file: the next group gets another one. When both
  // are read, the later file counts, for only that one was told.
  void append(std::string_view text) {
    if (!file_) begin_file();
    try {
      while (!text.empty()) {
        text.remove_prefix(static_cast<std::size_t>(detail::checked("write the log", [&] {
          return files_.write(file_->number(), text.data(), text.size());
        })));
      }
      detail::checked("fsync the log", [&] { return files_.fsync(file_->number()); });
    } catch (...) {
      file_.reset();
      throw;
    }
  }

  void begin_file() {
    constexpr std::size_t digits = 12;
    const std::string number = std::to_string(++number_);
    const std::string path =
        path_ + "/" + std::string(beginning) + std::string(digits - number.size(), '0') + number;
    auto file = std::make_unique<detail::OpenFile>(
        files_, detail::checked("create " + path, [&] { return files_.create(path); }));
    detail::checked("fsync " + path_, [&] { return files_.fsync(folder_.number()); });
    file_ = std::move(file);
  }

  // Up to the first thing that is no record: a group that was not told to anybody.
  void read(const std::string& path) {
    const detail::OpenFile file(files_,
                                detail::checked("open " + path, [&] { return files_.open(path); }));
    std::string text;
    char part[4096];
    while (const auto size = detail::checked(
               "read " + path, [&] { return files_.read(file.number(), part, sizeof part); })) {
      text.append(part, static_cast<std::size_t>(size));
    }
    try {
      for (std::string_view rest = text; !rest.empty();) {
        const std::optional<Record> record = record_from(take_field(rest));
        if (!record) return;
        records_[record->id] = *record;
      }
    } catch (const DecodeError&) {
    }
  }

  FileSystem& files_;
  const std::string path_;
  const Commit commit_;
  const detail::OpenFile folder_;
  unsigned long long number_ = 0;           // of the file, and
  std::unique_ptr<detail::OpenFile> file_;  // the file: of whoever is busy with the disk

  std::mutex mutex_;
  std::condition_variable changed_;  // a group is over
  // All of these are guarded by mutex_.
  std::map<std::string, Record> records_;  // what is on the disk
  std::set<std::string> under_way_;        // ids in a group that is not
  std::shared_ptr<Group> group_ = std::make_shared<Group>();
  bool is_busy_ = false;
};

}  // namespace promissory
