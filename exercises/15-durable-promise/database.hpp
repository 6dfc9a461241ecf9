// As much of SQLite as a storage needs, in C++. Given, not to be written.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace promissory {

/// SQLite has said no.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(sqlite3* database, const std::string& what)
      : std::runtime_error(what + ": " + sqlite3_errmsg(database)),
        code_(sqlite3_extended_errcode(database)) {}

  /// @return one of SQLite's extended result codes
  int code() const noexcept { return code_; }

 private:
  int code_;
};

/// A statement of SQL with ?1, ?2 … for what is bound to it, counted from 1; columns from 0.
/// Thread-safety: one thread at a time.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql) : database_(database) {
    const auto size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v2(database, sql.data(), size, &statement_, nullptr) != SQLITE_OK) {
      throw DatabaseError(database, std::string(sql));
    }
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  /// Bytes of any kind. They are copied.
  void bind(int number, std::string_view bytes) {
    check(sqlite3_bind_blob64(statement_, number, bytes.empty() ? "" : bytes.data(), bytes.size(),
                              SQLITE_TRANSIENT));
  }

  void bind(int number, std::int64_t value) {
    check(sqlite3_bind_int64(statement_, number, value));
  }

  /// Runs to the next row.
  /// @return false when there is none; what the statement does has been done then
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw DatabaseError(database_, "step");
    return code == SQLITE_ROW;
  }

  std::string bytes(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
  }

  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw DatabaseError(database_, "bind");
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// One connection to a database in a file.
/// Thread-safety: one thread at a time.
class Database {
 public:
  /// Opens it, or makes an empty one.
  explicit Database(const std::string& path) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) throw DatabaseError(opened, "open " + path);
  }

  /// Runs SQL that needs nothing bound; rows are dropped.
  void execute(const std::string& sql) {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw DatabaseError(database_.get(), sql);
    }
  }

  Statement prepare(std::string_view sql) { return {database_.get(), sql}; }

  /// @return how many rows the last INSERT, UPDATE or DELETE has changed
  int changes() const { return sqlite3_changes(database_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace promissory
