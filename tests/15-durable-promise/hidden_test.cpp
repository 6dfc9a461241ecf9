#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <latch>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "15-durable-promise/durable_promise.hpp"
#include "15-durable-promise/file_storage.hpp"
#include "15-durable-promise/sqlite_storage.hpp"
#include "support/child.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/memory_storage.hpp"
#include "support/parked.hpp"
#include "support/running_test.hpp"
#include "support/simulated_disk.hpp"
#include "support/sqlite_shim.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_files.hpp"

using promissory::DecodeError;

namespace {

/// A price that is kept in whole cents.
struct Price {
  double euros;
};

/// Cannot be read again when it is 13.
struct Unlucky {
  int number;
};

}  // namespace

template <>
struct promissory::Codec<Price> {
  static std::string encode(const Price& price) {
    return std::to_string(static_cast<long>(price.euros * 100));
  }
  static Price decode(std::string_view text) {
    return {static_cast<double>(Codec<long>::decode(text)) / 100};
  }
};

template <>
struct promissory::Codec<Unlucky> {
  static std::string encode(const Unlucky& value) { return std::to_string(value.number); }
  static Unlucky decode(std::string_view text) {
    if (text == "13") throw DecodeError("thirteen");
    return {Codec<int>::decode(text)};
  }
};

namespace {

namespace fs = std::filesystem;
using promissory::DurablePromise;
using promissory::FileStorage;
using promissory::FileSystem;
using promissory::Future;
using promissory::Kept;
using promissory::PromiseState;
using promissory::real_file_system;
using promissory::Record;
using promissory::recover_all;
using promissory::RejectedError;
using promissory::Result;
using promissory::SettledOtherwise;
using promissory::SqliteStorage;
using promissory::Storage;
using promissory::Unit;
using promissory::Warn;
using promissory::support::contract;
using promissory::support::DiskCall;
using promissory::support::DiskImage;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::MemoryStorage;
using promissory::support::ParkingSpot;
using promissory::support::playing;
using promissory::support::Process;
using promissory::support::Role;
using promissory::support::SimulatedDisk;
using promissory::support::SqliteShim;
using promissory::support::TemporaryFolder;
using promissory::support::WatchedFiles;
using namespace std::chrono_literals;

constexpr const char* folder = "/promises";

Warn nobody() {
  return [](const std::string&) {};
}

/// What is not written yet says so here, before a second thread or process could need it.
void expect_written() {
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "written");
  promise.resolve(1);
  EXPECT_TRUE(promise.ready());
  SimulatedDisk disk(folder);
  FileStorage(folder, nobody(), disk).keep({"written", PromiseState::pending, "", {}});
  SqliteStorage(":memory:").keep({"written", PromiseState::pending, "", {}});
}

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

/// Calls `call` and returns what it says when it throws, or nothing when it does not.
template <class Call>
std::optional<std::string> thrown_by(Call call) {
  try {
    call();
    return std::nullopt;
  } catch (const std::exception& exception) {
    return exception.what();
  }
}

/// What a process does that keeps one promise, on a disk that may fail.
class OneLife {
 public:
  explicit OneLife(SimulatedDisk& disk) : disk_(disk) {}

  /// Goes on from where it failed the last time.
  /// @return whether all went well
  bool settle(const std::string& payload) {
    try {
      if (!storage_) storage_ = std::make_unique<FileStorage>(folder, nobody(), disk_);
      if (!promise_) {
        promise_ = std::make_unique<DurablePromise<std::string>>(*storage_, "job");
        promise_->future().on_ready(
            [this](const Result<std::string>& outcome) { told_ = outcome.has_value(); });
      }
      promise_->resolve(payload);
      EXPECT_TRUE(told_);
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  /// Can anybody know the outcome?
  bool has_told() const { return told_; }

 private:
  SimulatedDisk& disk_;
  std::atomic<bool> told_{false};
  std::unique_ptr<FileStorage> storage_;
  std::unique_ptr<DurablePromise<std::string>> promise_;
};

/// @return what the next life finds on a disk that holds `image`
std::optional<Record> found_in(const DiskImage& image) {
  SimulatedDisk disk(folder, image);
  FileStorage storage(folder, nobody(), disk);
  return storage.load("job");
}

/// Expects that the next life finds the outcome, whole, in every image if somebody was told, and
/// otherwise the outcome or none.
void expect_sound(const std::vector<DiskImage>& images, const std::string& payload, bool was_told) {
  for (const DiskImage& image : images) {
    std::optional<Record> found;
    const auto what = thrown_by([&] { found = found_in(image); });
    if (what) {
      ADD_FAILURE() << "the promise cannot be read after a power cut: " << *what;
      continue;
    }
    const bool is_settled = found && found->state != PromiseState::pending;
    if (is_settled) {
      EXPECT_EQ(found->payload, payload);
    }
    if (was_told) {
      EXPECT_TRUE(is_settled) << "somebody was told of an outcome that is not on the disk";
    }
  }
}

TEST(DurablePromiseHidden, WhatIsToldSurvivesAPowerCut) {
  contract("Whenever the power is cut, an outcome that somebody was told of is on the disk.",
           "what-fsync-promises");
  SimulatedDisk disk(folder);
  OneLife life(disk);
  disk.before = [&](const DiskCall&) {
    expect_sound(disk.after_a_power_cut(), "value", life.has_told());
    return 0;
  };
  EXPECT_TRUE(life.settle("value"));
  expect_sound(disk.after_a_power_cut(), "value", true);
}

TEST(DurablePromiseHidden, IsNeverTorn) {
  contract("Whenever the power is cut, a promise is there whole, in its old state or its new one.",
           "what-fsync-promises");
  SimulatedDisk disk(folder);
  disk.largest_write = 1000;
  const std::string large(5000, 'x');
  {
    FileStorage storage(folder, nobody(), disk);
    const DurablePromise<std::string> begun(storage, "job");
  }
  disk.before = [&](const DiskCall&) {
    for (const DiskImage& image : disk.after_a_power_cut()) {
      EXPECT_TRUE(found_in(image)) << "a promise that was begun has gone";
    }
    expect_sound(disk.after_a_power_cut(), large, false);
    return 0;
  };
  EXPECT_TRUE(OneLife(disk).settle(large));
}

TEST(DurablePromiseHidden, AFailedCallTellsNobody) {
  contract("Whichever call fails, resolve() throws and nobody is told, or all is on the disk.",
           "when-the-disk-fails");
  for (const int why : {EIO, ENOSPC}) {
    for (int nth = 1;; ++nth) {
      SimulatedDisk disk(folder);
      int calls = 0;
      std::string failed;
      disk.before = [&](const DiskCall& call) {
        if (++calls != nth) return 0;
        failed = call.name;
        return why;
      };
      {
        OneLife life(disk);
        const bool went_well = life.settle("value");
        disk.before = nullptr;
        SCOPED_TRACE("call " + std::to_string(nth) + ", " + failed);
        EXPECT_EQ(life.has_told(), went_well);
        expect_sound(disk.after_a_power_cut(), "value", life.has_told());
        EXPECT_TRUE(life.settle("value")) << "the next attempt fails";
        expect_sound(disk.after_a_power_cut(), "value", true);
      }
      EXPECT_EQ(disk.open_files(), 0U) << failed;
      EXPECT_EQ(disk.misused(), 0) << failed;
      if (failed.empty() || HasFailure()) break;
    }
  }
}

TEST(DurablePromiseHidden, AFailedFsyncIsNotBelieved) {
  contract("After a failed fsync all is written anew: a second fsync proves nothing.",
           "when-the-disk-fails");
  for (const char* const name : {"fsync", "fsync folder"}) {
    SCOPED_TRACE(name);
    int failures = 0;
    SimulatedDisk disk(folder);
    FileStorage storage(folder, nobody(), disk);
    DurablePromise<std::string> promise(storage, "job");
    disk.before = [&](const DiskCall& call) {
      return call.name == name && ++failures == 1 ? EIO : 0;
    };
    EXPECT_THROW(promise.resolve("value"), std::system_error);
    EXPECT_FALSE(promise.ready());
    // Another look may not tell what is in doubt either; to refuse is right, too.
    for (const auto& look : std::vector<std::function<bool()>>{
             [&] {
               const auto found = storage.load("job");
               return found && found->state == PromiseState::resolved;
             },
             [&] {
               const auto found = storage.all();
               return found.size() == 1 && found[0].state == PromiseState::resolved;
             },
             [&] { return promise.resolve("value") || promise.ready(); }}) {
      bool is_told = false;
      thrown_by([&] { is_told = look(); });
      if (is_told) expect_sound(disk.after_a_power_cut(), "value", true);
    }
    EXPECT_EQ(promise.ready(), !thrown_by([&] { promise.resolve("value"); }));
  }
}

TEST(DurablePromiseHidden, AFullDiskIsNotMadeFuller) {
  contract("A write that fails for want of space leaves nothing lying about, and can be repeated.",
           "when-the-disk-fails");
  SimulatedDisk disk(folder);
  FileStorage storage(folder, nobody(), disk);
  DurablePromise<std::string> promise(storage, "job");
  disk.largest_write = 7;
  int writes = 0;
  disk.before = [&](const DiskCall& call) {
    return call.name == "write" && ++writes % 3 == 0 ? ENOSPC : 0;
  };
  for (int i = 0; i < 10; ++i) EXPECT_THROW(promise.resolve("value"), std::system_error);
  EXPECT_EQ(disk.now().size(), 1U);
  EXPECT_FALSE(promise.ready());
  disk.before = nullptr;
  EXPECT_TRUE(promise.resolve("value"));
}

TEST(DurablePromiseHidden, AnInterruptedCallIsMadeAgain) {
  contract("A signal in the middle of any call (EINTR) is no failure; close() is not repeated.",
           "when-the-disk-fails");
  for (int nth = 1;; ++nth) {
    SimulatedDisk disk(folder);
    int calls = 0;
    std::string interrupted;
    disk.before = [&](const DiskCall& call) {
      if (++calls != nth) return 0;
      interrupted = call.name;
      return EINTR;
    };
    EXPECT_TRUE(OneLife(disk).settle("value")) << interrupted;
    EXPECT_EQ(disk.misused(), 0) << interrupted << ": something was done with a closed file";
    EXPECT_EQ(disk.open_files(), 0U) << interrupted;
    disk.before = nullptr;
    expect_sound(disk.after_a_power_cut(), "value", true);
    if (interrupted.empty() || HasFailure()) break;
  }
}

TEST(DurablePromiseHidden, AShortWriteGoesOn) {
  contract("A write that does less than it was asked for is continued where it ended.",
           "when-the-disk-fails");
  SimulatedDisk disk(folder);
  disk.largest_write = 1;
  EXPECT_TRUE(OneLife(disk).settle("value"));
  EXPECT_EQ(found_in(disk.now())->payload, "value");
}

TEST(DurablePromiseHidden, WhatIsFoundIsOnTheDiskFirst) {
  contract("What the last life had not synced is synced before the next life tells it.",
           "what-fsync-promises");
  SimulatedDisk disk(folder);
  std::vector<std::unique_ptr<SimulatedDisk>> next_lives;
  disk.before = [&](const DiskCall&) {
    next_lives.push_back(disk.after_a_kill());
    return 0;
  };
  EXPECT_TRUE(OneLife(disk).settle("value"));
  for (const auto& next : next_lives) {
    FileStorage storage(folder, nobody(), *next);
    std::optional<Record> found = storage.load("job");
    if (found && found->state == PromiseState::resolved) {
      expect_sound(next->after_a_power_cut(), "value", true);
    }
  }
}

TEST(DurablePromiseHidden, OneFolderOneStorage) {
  contract("A folder belongs to one FileStorage at a time; the next one gets it afterwards.",
           "one-folder-one-storage");
  const TemporaryFolder real;
  auto first = std::make_unique<FileStorage>(real.path(), nobody());
  EXPECT_THROW(FileStorage(real.path(), nobody()), std::system_error);
  first->keep({"job", PromiseState::pending, "", {}});
  first.reset();
  EXPECT_TRUE(FileStorage(real.path(), nobody()).load("job"));
  EXPECT_THROW(FileStorage(real.path() + "/nowhere", nobody()), std::system_error);
}

TEST(DurablePromiseHidden, AnIdIsAnyBytes) {
  contract("Ids of any bytes are kept apart, found again, and lie in the folder.",
           "ids-are-not-names");
  const TemporaryFolder outer;
  WatchedFiles files;
  const std::string inner = outer.path() + "/promises";
  fs::create_directory(inner);
  const std::set<std::string> ids{"",      ".",         "..",       "/",        "../escaped", "a/b",
                                  "a%2fb", "a%2Fb",     "A",        "a",        "a.tmp",      "a b",
                                  "a\n",   "a.promise", "\xc3\xa4", "\xff",     "~",          "-rf",
                                  "%",     "%%",        "*",        "con",      "'",          "%00",
                                  "a\\b",  {"a\0b", 3}, {"\0", 1},  {"a\0c", 3}};
  {
    FileStorage storage(inner, nobody(), files);
    for (const std::string& id : ids) {
      EXPECT_TRUE(storage.keep({id, PromiseState::resolved, id, {}}).is_new) << id;
    }
  }
  FileStorage storage(inner, nobody(), files);
  std::set<std::string> found;
  for (const Record& record : storage.all()) {
    EXPECT_EQ(record.payload, record.id);
    found.insert(record.id);
  }
  EXPECT_EQ(found, ids);
  for (const std::string& id : ids) {
    ASSERT_TRUE(storage.load(id)) << id;
    EXPECT_EQ(storage.load(id)->payload, id);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(outer.path()), {}), 1);
  for (const auto& entry : fs::directory_iterator(inner)) EXPECT_TRUE(entry.is_regular_file());
}

TEST(DurablePromiseHidden, AnIdThatIsTooLongIsRefused) {
  contract("An id that no file can be named after is refused, or kept like another.",
           "ids-are-not-names");
  const TemporaryFolder real;
  WatchedFiles files;
  FileStorage storage(real.path(), nobody(), files);
  for (const std::size_t size : {80U, 200U, 244U, 247U, 251U, 255U, 300U, 5000U}) {
    for (const char letter : {'x', '/'}) {
      const std::string id(size, letter);
      std::optional<Record> there;
      const auto refused = thrown_by([&] {
        there = storage.keep({id, PromiseState::resolved, "value", {}}).record;
      });
      EXPECT_NE(refused.has_value(), there.has_value());
      if (there) {
        EXPECT_EQ(storage.load(id), there);
      }
    }
  }
  for (const Record& record : storage.all()) EXPECT_EQ(record.payload, "value");
}

TEST(DurablePromiseHidden, DamageIsSkippedAndLeft) {
  contract("A file that was damaged is never taken for a promise, never deleted, never replaced.",
           "foreign-files");
  SimulatedDisk sound(folder);
  EXPECT_TRUE(OneLife(sound).settle("value"));
  ASSERT_EQ(sound.now().size(), 1U);
  const auto [name, whole] = *sound.now().begin();
  std::vector<std::string> damaged{"", whole + "\n", whole + whole};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    damaged.push_back(whole.substr(0, i));
    damaged.push_back(whole);
    damaged.back()[i] ^= 1;
  }
  for (const std::string& text : damaged) {
    int warnings = 0;
    SimulatedDisk disk(folder, {{name, text}});
    FileStorage storage(
        folder, [&](const std::string&) { ++warnings; }, disk);
    EXPECT_TRUE(storage.all().empty()) << text;
    EXPECT_EQ(warnings, 1) << text;
    EXPECT_THROW(storage.load("job"), std::runtime_error);
    EXPECT_THROW(storage.keep({"job", PromiseState::resolved, "x", {}}), std::runtime_error);
    EXPECT_EQ(disk.now(), (DiskImage{{name, text}}));
    if (HasFailure()) break;
  }
}

TEST(DurablePromiseHidden, ACopyIsNotThePromise) {
  contract("A copy of a file under another name is skipped with a warning.", "foreign-files");
  SimulatedDisk first(folder);
  EXPECT_TRUE(OneLife(first).settle("value"));
  DiskImage image = first.now();
  ASSERT_EQ(image.size(), 1U);
  const auto [name, text] = *image.begin();
  std::string copy = name;
  copy.replace(copy.find("job"), 3, "copy");
  image[copy] = text;
  copy.replace(copy.find("copy"), 4, "long");
  image[copy] = promissory::to_text({std::string(300, 'x'), PromiseState::resolved, "", {}});
  int warnings = 0;
  SimulatedDisk disk(folder, image);
  FileStorage storage(
      folder, [&](const std::string&) { ++warnings; }, disk);
  EXPECT_EQ(storage.all().size(), 1U);
  EXPECT_EQ(warnings, 2);
  EXPECT_EQ(disk.now(), image);
}

TEST(DurablePromiseHidden, WhatCannotBeReadIsNotAbsent) {
  contract("A promise whose file cannot be opened or read is not begun anew over it.",
           "when-the-disk-fails");
  for (const char* const name : {"open", "read"}) {
    for (const int why : {EACCES, EMFILE, EIO}) {
      SimulatedDisk disk(folder);
      EXPECT_TRUE(OneLife(disk).settle("value"));
      FileStorage storage(folder, nobody(), disk);
      disk.before = [&](const DiskCall& call) { return call.name == name ? why : 0; };
      EXPECT_TRUE(thrown_by([&] { const DurablePromise<std::string> promise(storage, "job"); }));
      EXPECT_TRUE(thrown_by([&] { storage.load("job"); }));
      EXPECT_TRUE(thrown_by([&] { storage.all(); }));
      disk.before = nullptr;
      EXPECT_EQ(found_in(disk.now())->payload, "value");
    }
  }
}

TEST(DurablePromiseHidden, WhoIsWarnedMayLook) {
  contract("No lock is held while somebody is warned.", "foreign-files");
  SimulatedDisk disk(folder, {{"notes.txt", "buy milk"}});
  FileStorage* there = nullptr;
  int looks = 0;
  FileStorage storage(
      folder,
      [&](const std::string&) {
        std::jthread([&] { there->load("job"); }).join();
        ++looks;
      },
      disk);
  there = &storage;
  storage.all();
  EXPECT_EQ(looks, 1);
}

TEST(DurablePromiseHidden, KeepsWhenItWasSettled) {
  contract("A record tells since when it is as it is, and a repetition does not change that.",
           "one-outcome");
  SimulatedDisk disk(folder);
  const auto before = std::chrono::system_clock::now();
  std::optional<Record> settled;
  {
    FileStorage storage(folder, nobody(), disk);
    DurablePromise<int> promise(storage, "job");
    promise.resolve(1);
    settled = storage.load("job");
    promise.resolve(1);
  }
  FileStorage storage(folder, nobody(), disk);
  DurablePromise<int>(storage, "job").resolve(1);
  EXPECT_EQ(storage.load("job"), settled);
  EXPECT_GE(settled->since, before - 1h);
  EXPECT_LE(settled->since, std::chrono::system_clock::now() + 1h);
}

TEST(DurablePromiseHidden, AThousandResolversOneTransition) {
  contract("However many resolve at once, one of them settles the promise.", "one-outcome");
  expect_written();
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  constexpr int threads = 8;
  constexpr int each = 125;
  std::latch start(threads);
  std::atomic<int> settled{0};
  {
    std::vector<std::jthread> resolvers;
    for (int i = 0; i < threads; ++i) {
      resolvers.emplace_back([&] {
        start.arrive_and_wait();
        for (int j = 0; j < each; ++j) {
          if (promise.resolve(7)) ++settled;
          EXPECT_TRUE(promise.ready());
        }
      });
    }
  }
  EXPECT_EQ(settled, 1);
  EXPECT_EQ(storage.transitions(), 1);
}

TEST(DurablePromiseHidden, ResolveAgainstReject) {
  contract("Of a resolve and a reject one wins, and the other one is told so.", "one-outcome");
  expect_written();
  for (int round = 0; round < 50; ++round) {
    MemoryStorage storage;
    DurablePromise<int> promise(storage, "job");
    std::latch start(2);
    std::atomic<int> lost{0};
    const auto settle = [&](const auto& how) {
      start.arrive_and_wait();
      try {
        EXPECT_TRUE(how());
      } catch (const SettledOtherwise&) {
        ++lost;
      }
    };
    {
      std::jthread resolving([&] { settle([&] { return promise.resolve(1); }); });
      std::jthread rejecting([&] { settle([&] { return promise.reject(error("no")); }); });
    }
    EXPECT_EQ(lost, 1);
    EXPECT_EQ(promise.future().result().has_value(),
              storage.load("job")->state == PromiseState::resolved);
  }
}

TEST(DurablePromiseHidden, TheSameOutcomeTwiceIsFine) {
  contract("The same value, or an error with the same words, is no error, in this life or later.",
           "one-outcome");
  MemoryStorage storage;
  {
    DurablePromise<int> resolved(storage, "resolved");
    EXPECT_TRUE(resolved.resolve(1));
    EXPECT_FALSE(resolved.resolve(1));
    DurablePromise<int> rejected(storage, "rejected");
    EXPECT_TRUE(rejected.reject(error("no")));
    EXPECT_FALSE(rejected.reject(std::make_exception_ptr(std::logic_error("no"))));
    EXPECT_THROW(rejected.reject(error("never")), SettledOtherwise);
    EXPECT_THROW(rejected.resolve(1), SettledOtherwise);
  }
  EXPECT_FALSE(DurablePromise<int>(storage, "resolved").resolve(1));
  EXPECT_FALSE(DurablePromise<int>(storage, "rejected").reject(error("no")));
  EXPECT_THROW(DurablePromise<int>(storage, "rejected").reject(error("never")), SettledOtherwise);
  // What it says of the one is what the other one has for a value.
  EXPECT_TRUE(DurablePromise<std::string>(storage, "words").resolve("no"));
  EXPECT_THROW(DurablePromise<std::string>(storage, "words").reject(error("no")), SettledOtherwise);
}

TEST(DurablePromiseHidden, TwoOfOneNameAreOne) {
  contract("Two objects with one id are one promise: the second to settle learns the first's.",
           "one-outcome");
  MemoryStorage storage;
  DurablePromise<int> first(storage, "job");
  DurablePromise<int> second(storage, "job");
  EXPECT_TRUE(first.resolve(1));
  EXPECT_THROW(second.resolve(2), SettledOtherwise);
  EXPECT_TRUE(second.ready());
  EXPECT_EQ(second.await(), 1);
  EXPECT_EQ(first.await(), 1);
  EXPECT_EQ(storage.load("job")->payload, "1");
}

TEST(DurablePromiseHidden, AwaitersSleepUntilItIsKept) {
  contract("Who waits is told when the storage has kept the outcome, and not while it is at it.",
           "persist-then-notify");
  expect_written();
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  std::atomic<bool> is_kept{false};
  ParkingSpot spot;
  std::jthread awaiter([&] {
    spot.arriving();
    EXPECT_EQ(promise.await(), 7);
    EXPECT_TRUE(is_kept) << "it was told before it was kept";
  });
  spot.wait_until_parked();
  storage.before_keeping = [&](const Record&) { EXPECT_FALSE(promise.ready()); };
  storage.after_keeping = [&](const Kept&) {
    EXPECT_FALSE(promise.ready());
    is_kept = true;
  };
  EXPECT_TRUE(promise.resolve(7));
}

TEST(DurablePromiseHidden, WhoComesSecondKnowsTooWhenItReturns) {
  contract("After resolve() the promise is ready, also if another thread is about to tell.",
           "persist-then-notify");
  expect_written();
  MemoryStorage storage;
  HeldGate may_go_on;
  Gate first_has_kept;
  DurablePromise<int> promise(storage, "job");
  storage.after_keeping = [&](const Kept& kept) {
    if (!kept.is_new) return;
    first_has_kept.open();
    may_go_on.wait();
  };
  std::jthread first([&] { EXPECT_TRUE(promise.resolve(7)); });
  first_has_kept.wait();
  EXPECT_FALSE(promise.resolve(7));
  EXPECT_TRUE(promise.ready());
  may_go_on.open();
}

TEST(DurablePromiseHidden, AwaitersAreNotHeldUpByTheStorage) {
  contract("While a storage is slow, awaiters can look, give up, and leave.",
           "persist-then-notify");
  expect_written();
  MemoryStorage storage;
  HeldGate may_keep;
  Gate is_keeping;
  DurablePromise<int> promise(storage, "job");
  storage.before_keeping = [&](const Record&) {
    is_keeping.open();
    may_keep.wait();
  };
  std::jthread resolving([&] { promise.resolve(7); });
  is_keeping.wait();
  EXPECT_FALSE(promise.ready());
  const auto source = std::make_unique<std::stop_source>();
  source->request_stop();
  try {
    promise.await(source->get_token());
    ADD_FAILURE() << "there was nothing to wait for";
  } catch (const std::system_error& stopped) {
    EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
  }
  try {
    promise.await_until(std::chrono::steady_clock::now() + 1ms);
    ADD_FAILURE() << "there was nothing to wait for";
  } catch (const std::system_error& late) {
    EXPECT_EQ(late.code(), std::errc::timed_out);
  }
  may_keep.open();
  EXPECT_EQ(promise.await(), 7);
}

TEST(DurablePromiseHidden, ACallbackMayUseThePromise) {
  contract("No lock is held while a callback runs: it may settle, look and wait again.",
           "persist-then-notify");
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  int calls = 0;
  promise.future().on_ready([&](const Result<int>&) {
    EXPECT_FALSE(promise.resolve(7));
    EXPECT_EQ(promise.await(), 7);
    ++calls;
  });
  EXPECT_TRUE(promise.resolve(7));
  EXPECT_EQ(calls, 1);
}

TEST(DurablePromiseHidden, EveryLifeGetsTheSame) {
  contract("Awaiters get the value as it was read back, so that it is the same after a restart.",
           "the-next-life");
  MemoryStorage storage;
  DurablePromise<Price> promise(storage, "price");
  promise.resolve({1.234});
  EXPECT_EQ(promise.await().euros, 1.23);
  EXPECT_EQ(DurablePromise<Price>(storage, "price").await().euros, 1.23);
  EXPECT_FALSE(promise.resolve({1.2301}));
}

TEST(DurablePromiseHidden, ErrorsAreTheSameInEveryLife) {
  contract("A rejected promise gives RejectedError with the same words, before a restart as after.",
           "the-next-life");
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  promise.reject(std::make_exception_ptr(std::out_of_range("no such row")));
  DurablePromise<int> later(storage, "job");
  for (const DurablePromise<int>* each : {&promise, &later}) {
    try {
      each->await();
      ADD_FAILURE() << "it was rejected";
    } catch (const RejectedError& rejected) {
      EXPECT_STREQ(rejected.what(), "no such row");
    }
  }
}

TEST(DurablePromiseHidden, WhatCannotBeReadBackIsNotKept) {
  contract("A value that its codec cannot read again is refused before it is kept.",
           "the-next-life");
  MemoryStorage storage;
  DurablePromise<Unlucky> promise(storage, "job");
  EXPECT_THROW(promise.resolve({13}), DecodeError);
  EXPECT_FALSE(promise.ready());
  EXPECT_EQ(storage.load("job")->state, PromiseState::pending);
  EXPECT_TRUE(promise.resolve({12}));
}

TEST(DurablePromiseHidden, ARejectionNeedsAnError) {
  contract("reject() wants an exception; one that is no std::exception has words, too.",
           "one-outcome");
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  EXPECT_THROW(promise.reject(nullptr), std::invalid_argument);
  EXPECT_FALSE(promise.ready());
  EXPECT_TRUE(promise.reject(std::make_exception_ptr(42)));
  EXPECT_THROW(promise.await(), RejectedError);
}

TEST(DurablePromiseHidden, ALifeMayEndBeforeThePromise) {
  contract("A promise that is dropped breaks its futures here, and stays pending where it is kept.",
           "the-next-life");
  MemoryStorage storage;
  Future<int> future;
  {
    const DurablePromise<int> promise(storage, "job");
    future = promise.future();
  }
  ASSERT_TRUE(future.ready());
  try {
    future.await();
    ADD_FAILURE() << "nobody has kept it";
  } catch (const std::future_error& broken) {
    EXPECT_EQ(broken.code(), std::future_errc::broken_promise);
  }
  EXPECT_EQ(storage.load("job")->state, PromiseState::pending);
  DurablePromise<int> next(storage, "job");
  EXPECT_TRUE(next.resolve(7));
  EXPECT_EQ(next.await(), 7);
}

TEST(DurablePromiseHidden, OneOfAnotherTypeHoldsUpNobody) {
  contract("recover_all() warns of what is of another type, leaves it, and finds all the others.",
           "the-next-life");
  MemoryStorage storage;
  DurablePromise<std::string>(storage, "name").resolve("no number");
  DurablePromise<int>(storage, "number").resolve(7);
  DurablePromise<int>(storage, "broken").reject(error("no"));
  { const DurablePromise<int> begun(storage, "begun"); }
  const std::vector<Record> before = storage.all();
  std::vector<std::string> warnings;
  std::set<std::string> found;
  for (const auto& promise :
       recover_all<int>(storage, [&](const std::string& what) { warnings.push_back(what); })) {
    found.insert(promise.id());
    EXPECT_EQ(promise.ready(), promise.id() != "begun");
  }
  EXPECT_EQ(found, (std::set<std::string>{"number", "broken", "begun"}));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("name"), std::string::npos) << warnings[0];
  EXPECT_THROW(DurablePromise<int>(storage, "name"), DecodeError);
  EXPECT_EQ(storage.all(), before);
}

TEST(DurablePromiseHidden, RecoveringChangesNothing) {
  contract("recover_all() reads; what is not to be changed is not written again.", "the-next-life");
  int writes = 0;
  SimulatedDisk disk(folder);
  FileStorage storage(folder, nobody(), disk);
  DurablePromise<int>(storage, "done").resolve(7);
  { const DurablePromise<int> begun(storage, "begun"); }
  disk.before = [&](const DiskCall& call) {
    writes += call.name == "write" ? 1 : 0;
    return 0;
  };
  EXPECT_EQ(recover_all<int>(storage, nobody()).size(), 2U);
  EXPECT_FALSE(DurablePromise<int>(storage, "done").resolve(7));
  EXPECT_EQ(writes, 0);
}

/// Expects what the next life may find in a database that lies in `path`.
void expect_sound_database(const std::string& path, bool was_told) {
  SqliteStorage storage(path);
  const std::optional<Record> found = storage.load("job");
  const bool is_settled = found && found->state == PromiseState::resolved;
  if (is_settled) {
    EXPECT_EQ(found->payload, "value");
  }
  if (was_told) {
    EXPECT_TRUE(is_settled) << "somebody was told of an outcome that is not on the disk";
  }
}

TEST(DurablePromiseHidden, ADatabaseSyncsBeforeItTells) {
  contract("Whenever the power is cut, an outcome that somebody was told of is in the database.",
           "a-table-in-sqlite");
  expect_written();
  const TemporaryFolder real;
  const TemporaryFolder left;
  bool is_told = false;
  std::vector<std::pair<std::string, bool>> cuts;
  {
    SqliteShim shim;
    const auto cut = [&] {
      cuts.emplace_back(left.path() + "/" + std::to_string(cuts.size()), is_told);
      fs::create_directory(cuts.back().first);
      shim.write_what_is_on_disk(cuts.back().first);
    };
    SqliteStorage storage(real.path() + "/promises.db");
    DurablePromise<std::string> promise(storage, "job");
    promise.future().on_ready([&](const Result<std::string>&) {
      is_told = true;
      cut();
    });
    shim.before = [&](const std::string&, const std::string&) {
      cut();
      return SQLITE_OK;
    };
    promise.resolve("value");
    cut();
  }
  EXPECT_GE(cuts.size(), 3U);
  const SqliteShim shim;
  for (const auto& [path, was_told] : cuts) {
    expect_sound_database(path + "/promises.db", was_told);
  }
}

TEST(DurablePromiseHidden, ADatabaseThatFailsTellsNobody) {
  contract("Whichever call of SQLite fails, nobody is told what is not in the database.",
           "a-table-in-sqlite");
  expect_written();
  for (const int why : {SQLITE_IOERR_FSYNC, SQLITE_FULL}) {
    for (int nth = 1;; ++nth) {
      const TemporaryFolder real;
      const TemporaryFolder left;
      bool has_failed = false;
      bool is_told = false;
      {
        SqliteShim shim;
        SqliteStorage storage(real.path() + "/promises.db");
        DurablePromise<std::string> promise(storage, "job");
        int calls = 0;
        shim.before = [&](const std::string&, const std::string&) {
          if (++calls != nth) return SQLITE_OK;
          has_failed = true;
          return why;
        };
        const auto thrown = thrown_by([&] { promise.resolve("value"); });
        shim.before = nullptr;
        is_told = promise.ready();
        EXPECT_EQ(is_told, !thrown);
        shim.write_what_is_on_disk(left.path());
        const auto again = thrown_by([&] { promise.resolve("value"); });
        EXPECT_EQ(again, std::nullopt);
      }
      const SqliteShim shim;
      expect_sound_database(left.path() + "/promises.db", is_told);
      expect_sound_database(real.path() + "/promises.db", true);
      if (!has_failed || HasFailure()) break;
    }
  }
}

TEST(DurablePromiseHidden, TwoConnectionsOneOutcome) {
  contract("Between what a storage has seen and what it writes, no other connection fits.",
           "a-table-in-sqlite");
  expect_written();
  const TemporaryFolder real;
  SqliteShim shim;
  SqliteStorage first(real.path() + "/promises.db");
  SqliteStorage second(real.path() + "/promises.db");
  first.keep({"job", PromiseState::pending, "", {}});
  std::optional<Kept> of_second;
  bool has_come = false;
  shim.before = [&](const std::string& call, const std::string&) {
    if (call == "lock" && !std::exchange(has_come, true)) {
      of_second = second.keep({"job", PromiseState::resolved, "second", {}});
    }
    return SQLITE_OK;
  };
  const Kept of_first = first.keep({"job", PromiseState::resolved, "first", {}});
  shim.before = nullptr;
  ASSERT_TRUE(of_second);
  EXPECT_NE(of_first.is_new, of_second->is_new);
  EXPECT_EQ(of_first.record, of_second->record);
  EXPECT_EQ(first.load("job"), of_first.record);
}

TEST(DurablePromiseHidden, TwoBeginOneDatabase) {
  contract("Who begins a database while somebody else begins it waits, and then has it.",
           "a-table-in-sqlite");
  expect_written();
  const TemporaryFolder real;
  SqliteShim shim;
  HeldGate second_has_looked;
  HeldGate first_may_write;
  static thread_local bool is_second = false;
  shim.before = [&](const std::string& call, const std::string&) {
    if (is_second && call == "lock") {
      second_has_looked.open();
      first_may_write.wait();
    } else if (!is_second && call == "lock all") {
      first_may_write.open();
    }
    return SQLITE_OK;
  };
  const auto begin = [&](const char* id) {
    return thrown_by([&] {
      SqliteStorage(real.path() + "/promises.db").keep({id, PromiseState::pending, "", {}});
    });
  };
  std::optional<std::string> thrown_by_second;
  {
    std::jthread second([&] {
      is_second = true;
      thrown_by_second = begin("second");
      second_has_looked.open();
    });
    second_has_looked.wait();
    EXPECT_EQ(begin("first"), std::nullopt);
    first_may_write.open();
  }
  EXPECT_EQ(thrown_by_second, std::nullopt);
  EXPECT_EQ(SqliteStorage(real.path() + "/promises.db").all().size(), 2U);
}

TEST(DurablePromiseHidden, ADatabaseKeepsAnyBytes) {
  contract("Ids and values of any bytes go into the database and come out again.",
           "a-table-in-sqlite");
  const TemporaryFolder real;
  const SqliteShim shim;
  const std::set<std::string> texts{
      "",         "'",         "\"",        "a'b", "'; DROP TABLE promises; --",
      "\xff\xfe", {"a\0b", 3}, {"a\0c", 3}, "1",   "01",
      "1.0",      "A",         "a"};
  {
    SqliteStorage storage(real.path() + "/promises.db");
    for (const std::string& text : texts) {
      EXPECT_TRUE(storage.keep({text, PromiseState::pending, "", {}}).is_new);
      EXPECT_FALSE(storage.keep({text, PromiseState::pending, "", {}}).is_new);
      EXPECT_TRUE(storage.keep({text, PromiseState::rejected, text, {}}).is_new);
      EXPECT_FALSE(storage.keep({text, PromiseState::resolved, text, {}}).is_new);
      EXPECT_FALSE(storage.keep({text, PromiseState::pending, "", {}}).is_new);
    }
  }
  SqliteStorage storage(real.path() + "/promises.db");
  std::set<std::string> found;
  for (const Record& record : storage.all()) {
    EXPECT_EQ(record.payload, record.id);
    EXPECT_EQ(record.state, PromiseState::rejected);
    found.insert(record.id);
  }
  EXPECT_EQ(found, texts);
}

TEST(DurablePromiseHidden, ManyThreadsOneStorage) {
  contract("A storage may be used by any threads at once: promises do not mix.", "one-outcome");
  expect_written();
  SimulatedDisk disk(folder);
  const TemporaryFolder real;
  const SqliteShim shim;
  FileStorage files(folder, nobody(), disk);
  SqliteStorage database(real.path() + "/promises.db");
  for (Storage* const storage : {static_cast<Storage*>(&files), static_cast<Storage*>(&database)}) {
    constexpr int threads = 4;
    constexpr int each = 8;
    std::atomic<int> settled{0};
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&, i] {
          for (int j = 0; j < each; ++j) {
            DurablePromise<int> own(*storage, "own " + std::to_string(i) + " " + std::to_string(j));
            EXPECT_TRUE(own.resolve(i));
            DurablePromise<int> shared(*storage, "shared " + std::to_string(j));
            if (shared.resolve(7)) ++settled;
          }
        });
      }
    }
    EXPECT_EQ(settled, each);
    EXPECT_EQ(storage->all().size(), static_cast<std::size_t>(threads * each + each));
    for (const Record& record : storage->all()) {
      const bool is_shared = record.id.starts_with("shared");
      EXPECT_EQ(record.payload, is_shared ? "7" : record.id.substr(4, 1)) << record.id;
    }
  }
}

// Lives that are ended by SIGKILL, in processes of their own.

constexpr int immortal = 0;

/// How many deaths there are to be in the long tests. By hand it is many, and with syncs that are
/// real: they cost time, and what SIGKILL leaves behind does not depend on them.
std::optional<int> kills_by_hand() {
  const char* const wanted = std::getenv("PROMISSORY_KILLS");
  return wanted == nullptr ? std::nullopt : std::optional<int>(std::atoi(wanted));
}

/// A storage whose steps are counted, and that kills the process at one of them.
class Mortal {
 public:
  virtual ~Mortal() = default;
  virtual Storage& storage() = 0;

  /// @param last the step that is not survived, counted from here
  void die_at(int last) {
    steps_ = 0;
    last_ = last;
  }

 protected:
  /// @param last the step that is not survived
  explicit Mortal(int last) : last_(last) {}

  void step() {
    if (++steps_ == last_) ::raise(SIGKILL);
  }

 private:
  int last_;
  std::atomic<int> steps_{0};
};

class MortalFiles final : public Mortal {
 public:
  MortalFiles(const std::string& path, int last)
      : Mortal(last),
        files_([this] { step(); }, kills_by_hand().has_value()),
        storage_(path, nobody(), files_) {}
  Storage& storage() override { return storage_; }

 private:
  WatchedFiles files_;
  FileStorage storage_;
};

class MortalDatabase final : public Mortal {
 public:
  MortalDatabase(const std::string& path, int last)
      : Mortal(last), shim_(kills_by_hand().has_value()) {
    shim_.before = [this](const std::string&, const std::string&) {
      step();
      return SQLITE_OK;
    };
    storage_.emplace(path + "/promises.db");
  }
  ~MortalDatabase() override { storage_.reset(); }
  Storage& storage() override { return *storage_; }

 private:
  SqliteShim shim_;
  std::optional<SqliteStorage> storage_;
};

/// What a process had said when it ended, and how it ended: "signal 9", "exit 0".
struct Life {
  std::vector<std::string> said;
  std::string end;

  bool was_killed() const { return end == "signal 9"; }
  bool has_said(const char* what) const { return std::ranges::count(said, what) > 0; }
};

Life life_of(const std::string& role, const std::vector<std::string>& words) {
  Process process(playing(role, words));
  Life life;
  while (const auto line = process.hear()) life.said.push_back(*line);
  life.end = process.wait();
  // Each life has the watchdog's patience for itself.
  promissory::support::set_running_test(testing::UnitTest::GetInstance()->current_test_info());
  return life;
}

void tell_parent(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

/// Settles one promise, and says who knows of what: "told" when an awaiter does, "returned" when
/// the caller does.
/// @param words where it is kept, the last step
template <class Of>
int live_once(const std::vector<std::string>& words) {
  Of mortal(words.at(0), std::stoi(words.at(1)));
  DurablePromise<std::string> promise(mortal.storage(), "job");
  tell_parent("begun");
  promise.future().on_ready([](const Result<std::string>&) { tell_parent("told"); });
  promise.resolve("value");
  tell_parent("returned");
  return 0;
}

const Role one_on_files("live once on files", live_once<MortalFiles>);
const Role one_in_a_database("live once in a database", live_once<MortalDatabase>);

// To start a process with a sanitizer takes its time, and has nothing new to tell: there, every
// third step must do.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int stride = 3;
#else
constexpr int stride = 1;
#endif

template <class Of>
void expect_survives_kills_at_every_step(const std::string& role) {
  int kills = 0;
  for (int last = 1;; last += stride) {
    const TemporaryFolder real;
    const Life life = life_of(role, {real.path(), std::to_string(last)});
    SCOPED_TRACE("killed at step " + std::to_string(last));
    ASSERT_TRUE(life.was_killed() || life.end == "exit 0") << life.end;
    {
      Of next(real.path(), immortal);
      const std::optional<Record> found = next.storage().load("job");
      const bool is_settled = found && found->state == PromiseState::resolved;
      if (life.has_said("begun")) {
        ASSERT_TRUE(found) << "a promise was forgotten";
      }
      if (life.has_said("told") || life.has_said("returned")) {
        ASSERT_TRUE(is_settled) << "an outcome was forgotten";
      }
      if (is_settled) {
        ASSERT_EQ(found->payload, "value");
      }
      DurablePromise<std::string> again(next.storage(), "job");
      again.resolve("value");
      ASSERT_EQ(again.await(), "value");
    }
    if (!life.was_killed()) break;
    ++kills;
  }
  EXPECT_GE(kills, 5);
  std::printf("%s: killed at %d steps\n", role.c_str(), kills);
}

TEST(DurablePromiseHidden, SurvivesSigkillOnFiles) {
  contract("Killed at any system call, a promise is whole, and what was told is still so.",
           "killed-at-every-call");
  expect_written();
  expect_survives_kills_at_every_step<MortalFiles>("live once on files");
}

TEST(DurablePromiseHidden, SurvivesSigkillInADatabase) {
  contract("Killed at any call of SQLite, a promise is whole, and what was told is still so.",
           "killed-at-every-call");
  expect_written();
  expect_survives_kills_at_every_step<MortalDatabase>("live once in a database");
}

/// What the promise `id` is settled with, whoever does it.
std::string value_for(const std::string& id) {
  return id + std::string(200, '=');
}

/// Goes on with everything that was left open, and begins something new.
/// @param words where it is kept, the last step, since when ("the start", "it has recovered"),
/// which
///     life it is
template <class Of>
int live_on_and_on(const std::vector<std::string>& words) {
  const int last = std::stoi(words.at(1));
  const bool is_from_the_start = words.at(2) == "the start";
  const std::string& number = words.at(3);
  Of mortal(words.at(0), is_from_the_start ? last : immortal);
  std::vector<DurablePromise<std::string>> promises =
      recover_all<std::string>(mortal.storage(), nobody());
  if (!is_from_the_start) mortal.die_at(last);
  for (int i = 0; i < 2; ++i) {
    promises.emplace_back(mortal.storage(), number + "/" + std::to_string(i));
    tell_parent("begun " + promises.back().id());
  }
  for (auto& promise : promises) {
    if (promise.ready()) continue;
    promise.future().on_ready([id = promise.id()](const Result<std::string>& outcome) {
      tell_parent((outcome ? "resolved " : "rejected ") + id);
    });
    if (promise.id().ends_with("/1")) {
      promise.reject(error(value_for(promise.id()).c_str()));
    } else {
      promise.resolve(value_for(promise.id()));
    }
  }
  return 0;
}

const Role many_on_files("live on, on files", live_on_and_on<MortalFiles>);
const Role many_in_a_database("live on, in a database", live_on_and_on<MortalDatabase>);

/// Lets lives follow each other on one storage, each killed where the dice say, and compares after
/// each what is kept with what was told.
template <class Of>
void expect_survives_kills(const std::string& role) {
  constexpr int a_few = 8;
  const int kills_wanted = kills_by_hand().value_or(a_few);
  const TemporaryFolder real;
  constexpr int longest_life = 100;
  std::mt19937 random(15);
  std::map<std::string, PromiseState> told;
  int kills = 0;
  int lives = 0;
  for (; kills < kills_wanted; ++lives) {
    const int last = 1 + static_cast<int>(random() % longest_life);
    // To find all promises takes more and more steps, and most lives are to get beyond that.
    const char* const since = random() % 4 == 0 ? "the start" : "it has recovered";
    const Life life =
        life_of(role, {real.path(), std::to_string(last), since, std::to_string(lives)});
    ASSERT_TRUE(life.was_killed() || life.end == "exit 0") << life.end;
    kills += life.was_killed() ? 1 : 0;
    for (const std::string& line : life.said) {
      const std::string what = line.substr(0, line.find(' '));
      PromiseState& state = told[line.substr(line.find(' ') + 1)];
      if (what == "resolved") state = PromiseState::resolved;
      if (what == "rejected") state = PromiseState::rejected;
    }
    std::map<std::string, Record> kept;
    Of next(real.path(), immortal);
    for (Record& record : next.storage().all()) kept[record.id] = std::move(record);
    for (const auto& [id, state] : told) {
      ASSERT_TRUE(kept.contains(id)) << id << " was lost in life " << lives;
      if (state != PromiseState::pending) {
        ASSERT_EQ(kept[id].state, state) << id << " was forgotten in life " << lives;
      }
    }
    for (const auto& [id, record] : kept) {
      if (record.state != PromiseState::pending) {
        ASSERT_EQ(record.payload, value_for(id)) << id;
      }
    }
  }
  std::printf("%s: %d lives, %d of them ended by SIGKILL; %zu promises, none lost\n", role.c_str(),
              lives, kills, told.size());
}

TEST(DurablePromiseHidden, NothingIsLostInManyDeathsOnFiles) {
  contract("Life after life is killed, and whatever was told once is so for ever.",
           "killed-at-every-call");
  expect_written();
  expect_survives_kills<MortalFiles>("live on, on files");
}

TEST(DurablePromiseHidden, NothingIsLostInManyDeathsInADatabase) {
  contract("Life after life is killed, and whatever was told once is so for ever.",
           "killed-at-every-call");
  expect_written();
  expect_survives_kills<MortalDatabase>("live on, in a database");
}

}  // namespace
