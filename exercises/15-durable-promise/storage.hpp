// What is kept of a promise, and where. Given, not to be written.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace promissory {

enum class PromiseState { pending, resolved, rejected };

/// All that is kept of one promise.
struct Record {
  std::string id;  ///< any bytes
  PromiseState state = PromiseState::pending;
  std::string payload;  ///< the encoded value, or what the error said; any bytes
  std::chrono::sys_time<std::chrono::nanoseconds> since;  ///< when it came into this state

  bool operator==(const Record&) const = default;
};

/// What Storage::keep has found out.
struct Kept {
  Record record;        ///< the one that is kept now
  bool is_new = false;  ///< is it the one that was handed in?
};

/// Where promises outlive the process.
///
/// A promise has one outcome: what is settled is never replaced, and something pending only by an
/// outcome. It is the storage that sees to it, in one step, because nobody else sees all who may
/// want to settle the same promise.
///
/// What a storage tells is on the disk, and will still be there when the process is killed or the
/// machine loses its power the moment after. What fails throws std::system_error or
/// std::runtime_error; the record is then kept or not, but never in part, and nobody was told.
///
/// Thread-safety: all members may be called from any threads at once.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  /// Keeps `record`, unless one with its id is there that is settled, or that is pending as well.
  /// @return the record that is kept under this id now
  virtual Kept keep(const Record& record) = 0;

  /// @return the record with this id; nothing when there is none
  virtual std::optional<Record> load(const std::string& id) = 0;

  /// @return every record, in any order
  virtual std::vector<Record> all() = 0;
};

/// Is told, in one sentence, about what is of no use and was left where it is.
using Warn = std::function<void(const std::string&)>;

/// @return a Warn that writes to the standard error stream
inline Warn to_standard_error() {
  return [](const std::string& what) { std::fprintf(stderr, "promissory: %s\n", what.c_str()); };
}

}  // namespace promissory
