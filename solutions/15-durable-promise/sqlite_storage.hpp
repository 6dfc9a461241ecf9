// A storage that keeps promises in a table of SQLite.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "15-durable-promise/database.hpp"
#include "15-durable-promise/storage.hpp"

namespace promissory {

/// Keeps promises in a database in one file, which any number of processes may have open at the
/// same time.
/// Thread-safety: as Storage. Source: Task 15 of the practice tasks.
class SqliteStorage final : public Storage {
 public:
  /// @param path of the database, which is made when it is not there; its folder is
  /// @throws DatabaseError when it cannot be used
  explicit SqliteStorage(const std::string& path) : database_(path) {
    database_.execute("PRAGMA busy_timeout = 10000");  // milliseconds; others hold it for one fsync
    // With a log, a commit is one fsync of its end. FULL is the setting that makes it: in NORMAL
    // the log is synced when it is folded into the database, some day.
    begin_log();
    database_.execute("PRAGMA synchronous = FULL");
    database_.execute(
        "CREATE TABLE IF NOT EXISTS promises (id BLOB PRIMARY KEY, state INTEGER NOT NULL,"
        " payload BLOB NOT NULL, since INTEGER NOT NULL) STRICT");
    // Who was here before may have died between writing and syncing. What is found now may be told.
    database_.execute("PRAGMA wal_checkpoint(FULL)");
  }

  Kept keep(const Record& record) override {
    std::lock_guard lock(mutex_);
    // One statement, and so one step: between a question and an answer there is room for another
    // process.
    Statement statement = database_.prepare(
        "INSERT INTO promises VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE"
        " SET state = ?2, payload = ?3, since = ?4 WHERE state = 0 AND ?2 <> 0");
    statement.bind(1, record.id);
    statement.bind(2, static_cast<std::int64_t>(record.state));
    statement.bind(3, record.payload);
    statement.bind(4, record.since.time_since_epoch().count());
    statement.step();
    if (database_.changes() == 1) return {record, true};
    return {find(record.id).value(), false};
  }

  std::optional<Record> load(const std::string& id) override {
    std::lock_guard lock(mutex_);
    return find(id);
  }

  std::vector<Record> all() override {
    std::lock_guard lock(mutex_);
    Statement statement = database_.prepare("SELECT id, state, payload, since FROM promises");
    std::vector<Record> records;
    while (statement.step()) records.push_back(record_in(statement));
    return records;
  }

 private:
  // To begin the log of a new file, SQLite takes the whole file after having read it. Two processes
  // that do so would wait for each other; it refuses one of them at once, whatever the timeout.
  // That one stands aside, and waits as a writer does until the other has gone.
  void begin_log() {
    for (;;) {
      try {
        return database_.execute("PRAGMA journal_mode = WAL");
      } catch (const DatabaseError& error) {
        if (error.code() != SQLITE_BUSY) throw;
      }
      database_.execute("BEGIN IMMEDIATE; ROLLBACK");
    }
  }

  std::optional<Record> find(const std::string& id) {
    Statement statement =
        database_.prepare("SELECT id, state, payload, since FROM promises WHERE id = ?1");
    statement.bind(1, id);
    if (!statement.step()) return std::nullopt;
    return record_in(statement);
  }

  static Record record_in(const Statement& row) {
    return {
        row.bytes(0), static_cast<PromiseState>(row.number(1)), row.bytes(2),
        std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(row.number(3)))};
  }

  std::mutex mutex_;  // a connection is for one thread at a time
  Database database_;
};

}  // namespace promissory
