// What the learner has done so far, in a small SQLite database that git ignores.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

struct sqlite3;

namespace promissory::grading {

/// Crash-safe (write-ahead log, one transaction per event) and safe to open from several processes
/// at once. One object belongs to one thread.
class Journal {
 public:
  /// Opens or makes `.promissory/journal.db` in the workbook; PROMISSORY_JOURNAL names another
  /// place. @throws Complaint when it cannot be read or written
  explicit Journal(const std::filesystem::path& workbook_root);

  /// How many rungs of the exercise's hint ladder have been shown.
  int hints_used(const std::string& exercise);
  /// Records that the next rung is being shown. @return its number, counted from 1
  int take_hint(const std::string& exercise);

  /// Remembers that the learner worked on the exercise now.
  void touch(const std::string& exercise);
  /// The time worked on it: pauses longer than ten minutes count as ten.
  std::chrono::seconds worked_on(const std::string& exercise);

  /// @param key a digest of everything that the verdict depends on
  void keep_verdict(const std::string& exercise, const std::string& key, const std::string& json);
  /// The verdict kept for this very key.
  std::optional<std::string> kept_verdict(const std::string& exercise, const std::string& key);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  void execute(const char* sql);

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace promissory::grading
