// Stands between SQLite and the files, as SimulatedDisk does for a storage that writes its own.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <utility>

namespace promissory::support {

/// While it lives, every database that is opened goes through it: it sees each call that changes a
/// file, may fail it or kill the process there, and knows what was synced. There is one at a time.
///
/// Thread-safety: SQLite may call from any threads; `before` is set beforehand.
class SqliteShim {
 public:
  /// @param syncs whether what is synced really is, which takes a disk its time
  explicit SqliteShim(bool syncs = false)
      : real_(sqlite3_vfs_find(nullptr)), shim_(*real_), syncs_(syncs) {
    current() = this;
    shim_.zName = "promissory-shim";
    shim_.szOsFile = static_cast<int>(sizeof(Shimmed)) + real_->szOsFile;
    shim_.xOpen = open;
    shim_.xDelete = remove;
    // As given to the real one, which looks into its own fields.
    shim_.pAppData = real_->pAppData;
    sqlite3_vfs_register(&shim_, 1);
  }
  SqliteShim(const SqliteShim&) = delete;
  SqliteShim& operator=(const SqliteShim&) = delete;
  ~SqliteShim() {
    sqlite3_vfs_unregister(&shim_);
    sqlite3_vfs_register(real_, 1);
    current() = nullptr;
  }

  /// Called before each call that changes a file or its name ("open", "write", "truncate", "sync",
  /// "delete"), before one takes the right to write ("lock") and before one that has it shuts out
  /// who reads ("lock all"). What it returns, if not SQLITE_OK, is what the call fails with.
  std::function<int(const std::string& call, const std::string& path)> before;

  /// Writes into `folder` what the power cut would leave of the files that SQLite has used: what
  /// was synced, and nothing else.
  void write_what_is_on_disk(const std::string& folder) const {
    std::lock_guard lock(mutex_);
    for (const auto& [path, bytes] : synced_) {
      const auto to = std::filesystem::path(folder) / std::filesystem::path(path).filename();
      std::ofstream(to, std::ios::binary) << bytes;
    }
  }

 private:
  // What SQLite takes for its file; the real one's lies behind it.
  struct Shimmed {
    sqlite3_file base;
    const char* path;
    bool syncs_folder;  // with its own first sync, because it may be new
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static SqliteShim*& current() {
    static SqliteShim* shim = nullptr;
    return shim;
  }

  static Shimmed& shimmed(sqlite3_file* file) { return *reinterpret_cast<Shimmed*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return shimmed(file).real(); }

  static int ask(const char* call, const char* path) {
    return current()->before ? current()->before(call, path == nullptr ? "" : path) : SQLITE_OK;
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    SqliteShim& shim = *current();
    file->pMethods = nullptr;
    if (const int code = ask("open", path); code != SQLITE_OK) return code;
    sqlite3_vfs* const vfs = shim.real_;
    constexpr int logs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
    const bool may_be_new = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & logs) != 0;
    Shimmed& opened = *new (file) Shimmed{{nullptr}, path, may_be_new};
    const int code = vfs->xOpen(vfs, path, opened.real(), flags, out_flags);
    if (opened.real()->pMethods != nullptr) opened.base.pMethods = methods();
    return code;
  }

  static int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    SqliteShim& shim = *current();
    if (const int code = ask("delete", path); code != SQLITE_OK) return code;
    {
      std::lock_guard lock(shim.mutex_);
      shim.deleted_.insert(path);
      if (sync_folder != 0) shim.names_are_synced();
    }
    return shim.real_->xDelete(shim.real_, path, sync_folder);
  }

  static int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), to, size, at);
  }

  // Half of it is written before the process dies in the middle.
  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    if (const int code = ask("write", shimmed(file).path); code != SQLITE_OK) return code;
    const auto write = real(file)->pMethods->xWrite;
    const int half = (size + 1) / 2;
    if (const int code = write(real(file), from, half, at); code != SQLITE_OK) return code;
    if (const int code = ask("write on", shimmed(file).path); code != SQLITE_OK) return code;
    if (half == size) return SQLITE_OK;
    return write(real(file), static_cast<const char*>(from) + half, size - half, at + half);
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = ask("truncate", shimmed(file).path); code != SQLITE_OK) return code;
    return real(file)->pMethods->xTruncate(real(file), size);
  }

  static int sync(sqlite3_file* file, int flags) {
    if (const int code = ask("sync", shimmed(file).path); code != SQLITE_OK) return code;
    const int code = current()->syncs_ ? real(file)->pMethods->xSync(real(file), flags) : SQLITE_OK;
    if (code == SQLITE_OK && shimmed(file).path != nullptr) {
      const std::string path = shimmed(file).path;
      std::string bytes(std::filesystem::file_size(path), '\0');
      std::ifstream(path, std::ios::binary)
          .read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      std::lock_guard lock(current()->mutex_);
      current()->deleted_.erase(path);
      current()->synced_[path] = std::move(bytes);
      if (std::exchange(shimmed(file).syncs_folder, false)) current()->names_are_synced();
    }
    return code;
  }

  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) {
    if (level >= SQLITE_LOCK_RESERVED) {
      const char* const call = level == SQLITE_LOCK_RESERVED ? "lock" : "lock all";
      if (const int code = ask(call, shimmed(file).path); code != SQLITE_OK) return code;
    }
    return real(file)->pMethods->xLock(real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
  }
  static int check_lock(sqlite3_file* file, int* is_locked) {
    return real(file)->pMethods->xCheckReservedLock(real(file), is_locked);
  }
  static int control(sqlite3_file* file, int what, void* about) {
    return real(file)->pMethods->xFileControl(real(file), what, about);
  }
  static int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
  }
  static int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
  }
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, to);
  }
  static int shm_lock(sqlite3_file* file, int at, int count, int flags) {
    constexpr int of_the_writer = 0;
    if (at == of_the_writer && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE)) {
      if (const int code = ask("lock", shimmed(file).path); code != SQLITE_OK) return code;
    }
    return real(file)->pMethods->xShmLock(real(file), at, count, flags);
  }
  static void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
  static int shm_unmap(sqlite3_file* file, int remove_it) {
    return real(file)->pMethods->xShmUnmap(real(file), remove_it);
  }

  // Version 2: with shared memory, and without reading by mmap.
  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods all{.iVersion = 2,
                                        .xClose = close,
                                        .xRead = read,
                                        .xWrite = write,
                                        .xTruncate = truncate,
                                        .xSync = sync,
                                        .xFileSize = file_size,
                                        .xLock = lock,
                                        .xUnlock = unlock,
                                        .xCheckReservedLock = check_lock,
                                        .xFileControl = control,
                                        .xSectorSize = sector_size,
                                        .xDeviceCharacteristics = characteristics,
                                        .xShmMap = shm_map,
                                        .xShmLock = shm_lock,
                                        .xShmBarrier = shm_barrier,
                                        .xShmUnmap = shm_unmap,
                                        .xFetch = nullptr,
                                        .xUnfetch = nullptr};
    return &all;
  }

  // A name that was deleted is back after a power cut unless its folder was synced since.
  void names_are_synced() {
    for (const std::string& path : deleted_) synced_.erase(path);
    deleted_.clear();
  }

  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
  const bool syncs_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> synced_;  // guarded by mutex_
  std::set<std::string> deleted_;              // guarded by mutex_
};

}  // namespace promissory::support
