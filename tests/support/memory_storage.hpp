// A storage without a disk, for tests of what is built on storages.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "15-durable-promise/storage.hpp"

namespace promissory::support {

/// Keeps records as long as it lives. Thread-safety: as Storage; the hooks are set beforehand.
class MemoryStorage final : public Storage {
 public:
  /// Called with no lock held before a record is kept, which it prevents by throwing, and after it
  /// was kept, new or not.
  std::function<void(const Record&)> before_keeping;
  std::function<void(const Kept&)> after_keeping;

  Kept keep(const Record& record) override {
    if (before_keeping) before_keeping(record);
    const Kept kept = put(record);
    if (after_keeping) after_keeping(kept);
    return kept;
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

  /// @return how often a promise went from pending to an outcome
  int transitions() const {
    std::lock_guard lock(mutex_);
    return transitions_;
  }

 private:
  Kept put(const Record& record) {
    std::lock_guard lock(mutex_);
    const auto [there, is_first] = records_.try_emplace(record.id, record);
    const bool settles = record.state != PromiseState::pending;
    if (!is_first && (!settles || there->second.state != PromiseState::pending)) {
      return {there->second, false};
    }
    there->second = record;
    transitions_ += settles ? 1 : 0;
    return {record, true};
  }

  mutable std::mutex mutex_;
  std::map<std::string, Record> records_;  // guarded by mutex_
  int transitions_ = 0;                    // guarded by mutex_
};

}  // namespace promissory::support
