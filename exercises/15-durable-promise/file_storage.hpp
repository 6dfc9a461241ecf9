// A storage that keeps each promise in a file of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "15-durable-promise/codec.hpp"
#include "15-durable-promise/file_system.hpp"
#include "15-durable-promise/storage.hpp"
#include "support/todo.hpp"

namespace promissory {

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
  /// @param files must outlive this, and is the only way to the disk
  /// @throws std::system_error with std::errc::resource_unavailable_try_again when another
  ///     FileStorage has the folder, with others when it cannot be used
  explicit FileStorage([[maybe_unused]] std::string folder,
                       [[maybe_unused]] Warn warn = to_standard_error(),
                       [[maybe_unused]] FileSystem& files = real_file_system()) {
    todo("FileStorage: open the folder, take it for yourself, and make sure of what is in it.");
  }

  /// @throws std::invalid_argument when the id is too long for the name of a file
  /// @throws std::runtime_error when the file with this id's name holds something else
  Kept keep([[maybe_unused]] const Record& record) override {
    todo("FileStorage::keep: unless it is settled, put the record on the disk, in one step.");
  }

  /// @throws std::invalid_argument, std::runtime_error as keep() does
  std::optional<Record> load([[maybe_unused]] const std::string& id) override {
    todo(
        "FileStorage::load: read the file of this promise; \"not there\" is no error, others are.");
  }

  std::vector<Record> all() override {
    todo("FileStorage::all: read every promise in the folder, and warn of what is none.");
  }
};

}  // namespace promissory
