// How many promises a second can be settled, if each is on the disk before anybody is told.
//
// Threads settle promises, each its own, on the disk that TMPDIR (or /tmp) is on. What it costs is
// the waiting for the disk, so this is about real time and the number of fsyncs, not CPU time
// alone.
//
//   file for each     FileStorage: two fsyncs for each, of the file and of the folder
//   log, one by one   LogStorage: one fsync for each
//   log, in groups    LogStorage: one fsync for all who have come while the disk was busy
//   SQLite            SqliteStorage: its log, one commit for each
//
// Before that it cuts the power between any two calls of the log, and ends if anything is lost.
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "15-durable-promise/durable_promise.hpp"
#include "15-durable-promise/file_storage.hpp"
#include "15-durable-promise/sqlite_storage.hpp"
#include "benchmarks/log_storage.hpp"
#include "support/simulated_disk.hpp"
#include "support/sqlite_shim.hpp"
#include "support/temporary_folder.hpp"

namespace {

using promissory::Commit;
using promissory::DurablePromise;
using promissory::FileStorage;
using promissory::LogStorage;
using promissory::PromiseState;
using promissory::RealFileSystem;
using promissory::SqliteStorage;
using promissory::Storage;
using promissory::support::DiskCall;
using promissory::support::DiskImage;
using promissory::support::SimulatedDisk;
using promissory::support::SqliteShim;
using promissory::support::TemporaryFolder;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::atomic<long> fsyncs{0};

class CountedFiles final : public promissory::FileSystem {
 public:
  int open_folder(const std::string& path) override { return real_.open_folder(path); }
  int lock(int folder) override { return real_.lock(folder); }
  int list(const std::string& path, std::vector<std::string>& names) override {
    return real_.list(path, names);
  }
  int create(const std::string& path) override { return real_.create(path); }
  int open(const std::string& path) override { return real_.open(path); }
  std::ptrdiff_t read(int file, char* to, std::size_t size) override {
    return real_.read(file, to, size);
  }
  std::ptrdiff_t write(int file, const char* from, std::size_t size) override {
    return real_.write(file, from, size);
  }
  int fsync(int file) override {
    ++fsyncs;
    return real_.fsync(file);
  }
  int close(int file) override { return real_.close(file); }
  int rename(const std::string& from, const std::string& to) override {
    return real_.rename(from, to);
  }
  int unlink(const std::string& path) override { return real_.unlink(path); }

 private:
  RealFileSystem real_;
};

double cpu_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

void fail(const char* what) {
  std::fprintf(stderr, "group_commit_bench: %s\n", what);
  std::exit(1);
}

/// Lets threads settle promises on a log, cuts the power at each call, and lets calls fail.
void expect_that_the_log_keeps_its_word() {
  for (int failing = 0; failing < 40; ++failing) {
    SimulatedDisk disk("/log");
    std::mutex mutex;
    std::set<std::string> told;
    int calls = 0;
    const auto check = [&] {
      for (const DiskImage& image : disk.after_a_power_cut()) {
        SimulatedDisk after("/log", image);
        LogStorage storage("/log", Commit::in_groups, after);
        for (const std::string& id : told) {
          const auto found = storage.load(id);
          if (!found || found->payload != id) fail("a power cut loses what was told");
        }
      }
    };
    disk.before = [&](const DiskCall& call) {
      std::lock_guard lock(mutex);
      check();
      return (call.name == "write" || call.name == "fsync") && ++calls == failing ? EIO : 0;
    };
    try {
      LogStorage storage("/log", Commit::in_groups, disk);
      std::vector<std::jthread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, i] {
          for (int j = 0; j < 3; ++j) {
            const std::string id = std::to_string(i) + "/" + std::to_string(j);
            try {
              storage.keep({id, PromiseState::resolved, id, {}});
              std::lock_guard lock(mutex);
              told.insert(id);
            } catch (const std::system_error&) {
            }
          }
        });
      }
    } catch (const std::system_error&) {
    }
    disk.before = nullptr;
    check();
  }
}

using Open = std::function<std::unique_ptr<Storage>(const std::string& folder)>;

void measure(const char* name, int threads, const Open& open) {
  constexpr auto time = 1s;
  const TemporaryFolder folder;
  const std::unique_ptr<Storage> storage = open(folder.path());
  const long fsyncs_before = fsyncs;
  const double cpu_before = cpu_seconds();
  const Clock::time_point start = Clock::now();
  std::atomic<long> settled{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        for (int j = 0; Clock::now() < start + time; ++j) {
          storage->keep({"job " + std::to_string(i) + "." + std::to_string(j),
                         PromiseState::resolved,
                         "42",
                         {}});
          ++settled;
        }
      });
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto count = static_cast<double>(settled);
  if (storage->all().size() != static_cast<std::size_t>(settled)) fail("something was not kept");
  std::printf("%-18s %3d threads %10.0f records/s %8.3f fsyncs each %8.1f us CPU each\n", name,
              threads, count / seconds, static_cast<double>(fsyncs - fsyncs_before) / count,
              (cpu_seconds() - cpu_before) / count * 1e6);
  std::fflush(stdout);
}

}  // namespace

int main() {
  expect_that_the_log_keeps_its_word();
  CountedFiles files;
  SqliteShim shim(true);
  shim.before = [](const std::string& call, const std::string&) {
    fsyncs += call == "sync" ? 1 : 0;
    return SQLITE_OK;
  };
  for (const int threads : {1, 8, 64}) {
    measure("file for each", threads, [&](const std::string& folder) {
      return std::make_unique<FileStorage>(folder, promissory::to_standard_error(), files);
    });
    measure("SQLite", threads, [&](const std::string& folder) {
      return std::make_unique<SqliteStorage>(folder + "/promises.db");
    });
    measure("log, one by one", threads, [&](const std::string& folder) {
      return std::make_unique<LogStorage>(folder, Commit::each_by_itself, files);
    });
    measure("log, in groups", threads, [&](const std::string& folder) {
      return std::make_unique<LogStorage>(folder, Commit::in_groups, files);
    });
  }
}
