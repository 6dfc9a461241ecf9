#include "journal/journal.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>

#include "complaint.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t longest_pause_seconds = 600;

fs::path place(const fs::path& workbook_root) {
  const char* elsewhere = std::getenv("PROMISSORY_JOURNAL");
  if (elsewhere != nullptr && *elsewhere != '\0') return elsewhere;
  return workbook_root / ".promissory" / "journal.db";
}

[[noreturn]] void complain(const fs::path& path, sqlite3* database) {
  throw Complaint(fmt::format("the journal {} cannot be used: {}. Move it away to begin a new one.",
                              path.string(), sqlite3_errmsg(database)));
}

class Statement {
 public:
  Statement(sqlite3* database, const fs::path& path, const char* sql)
      : database_(database), path_(path) {
    if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) {
      complain(path, database);
    }
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement& bind(int index, const std::string& text) {
    sqlite3_bind_text(statement_, index, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
    return *this;
  }

  bool step() {
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) complain(path_, database_);
    return result == SQLITE_ROW;
  }

  std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr
               ? ""
               : std::string(bytes,
                             static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  sqlite3* database_;
  const fs::path& path_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

void Journal::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

Journal::Journal(const fs::path& workbook_root) : path_(place(workbook_root)) {
  std::error_code ignored;
  fs::create_directories(path_.parent_path(), ignored);
  sqlite3* database = nullptr;
  const int result = sqlite3_open(path_.c_str(), &database);
  database_.reset(database);
  if (result != SQLITE_OK) complain(path_, database);
  // SQLite's own rollback journal, not a write-ahead log: to begin and to end a log needs the whole
  // file, and a process that meets another one there is refused at once, whatever the timeout.
  sqlite3_busy_timeout(database, 10'000);
  execute(
      "CREATE TABLE IF NOT EXISTS hint (exercise TEXT, rung INTEGER, at INTEGER,"
      "                                 PRIMARY KEY (exercise, rung));"
      "CREATE TABLE IF NOT EXISTS work (exercise TEXT, at INTEGER);"
      "CREATE TABLE IF NOT EXISTS verdict (exercise TEXT PRIMARY KEY, key TEXT, at INTEGER, json "
      "TEXT);");
}

void Journal::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    complain(path_, database_.get());
  }
}

int Journal::hints_used(const std::string& exercise) {
  Statement statement(database_.get(), path_, "SELECT count(*) FROM hint WHERE exercise = ?");
  statement.bind(1, exercise).step();
  return static_cast<int>(statement.number(0));
}

int Journal::take_hint(const std::string& exercise) {
  Statement statement(
      database_.get(), path_,
      "INSERT INTO hint SELECT ?1, coalesce(max(rung), 0) + 1, unixepoch() FROM hint"
      " WHERE exercise = ?1 RETURNING rung");
  statement.bind(1, exercise).step();
  const auto rung = static_cast<int>(statement.number(0));
  statement.step();  // to its end: only then the row is committed
  touch(exercise);
  return rung;
}

void Journal::touch(const std::string& exercise) {
  Statement(database_.get(), path_, "INSERT INTO work VALUES (?, unixepoch())")
      .bind(1, exercise)
      .step();
}

std::chrono::seconds Journal::worked_on(const std::string& exercise) {
  Statement statement(database_.get(), path_, "SELECT at FROM work WHERE exercise = ? ORDER BY at");
  statement.bind(1, exercise);
  std::int64_t total = 0;
  std::optional<std::int64_t> last;
  while (statement.step()) {
    const auto at = statement.number(0);
    if (last) total += std::min(at - *last, longest_pause_seconds);
    last = at;
  }
  return std::chrono::seconds(total);
}

void Journal::keep_verdict(const std::string& exercise, const std::string& key,
                           const std::string& json) {
  Statement(database_.get(), path_, "INSERT OR REPLACE INTO verdict VALUES (?, ?, unixepoch(), ?)")
      .bind(1, exercise)
      .bind(2, key)
      .bind(3, json)
      .step();
}

std::optional<std::string> Journal::kept_verdict(const std::string& exercise,
                                                 const std::string& key) {
  Statement statement(database_.get(), path_,
                      "SELECT json FROM verdict WHERE exercise = ? AND key = ?");
  statement.bind(1, exercise).bind(2, key);
  if (!statement.step()) return std::nullopt;
  return statement.text(0);
}

}  // namespace promissory::grading
