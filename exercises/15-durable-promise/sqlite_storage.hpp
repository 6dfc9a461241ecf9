// A storage that keeps promises in a table of SQLite.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "15-durable-promise/database.hpp"
#include "15-durable-promise/storage.hpp"
#include "support/todo.hpp"

namespace promissory {

/// Keeps promises in a database in one file, which any number of processes may have open at the
/// same time.
/// Thread-safety: as Storage. Source: Task 15 of the practice tasks.
class SqliteStorage final : public Storage {
 public:
  /// @param path of the database, which is made when it is not there; its folder is
  /// @throws DatabaseError when it cannot be used
  explicit SqliteStorage([[maybe_unused]] const std::string& path) {
    todo("SqliteStorage: open the database, say how durable it has to be, and make the table.");
  }

  Kept keep([[maybe_unused]] const Record& record) override {
    todo("SqliteStorage::keep: insert or settle, in one statement, and say what is there now.");
  }

  std::optional<Record> load([[maybe_unused]] const std::string& id) override {
    todo("SqliteStorage::load: select the one with this id.");
  }

  std::vector<Record> all() override { todo("SqliteStorage::all: select all of them."); }
};

}  // namespace promissory
