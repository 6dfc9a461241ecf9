// The storages are in memory here: the explorer sees no system calls.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "15-durable-promise/durable_promise.hpp"
#include "15-durable-promise/file_storage.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/memory_storage.hpp"
#include "support/simulated_disk.hpp"

namespace {

using promissory::DurablePromise;
using promissory::FileStorage;
using promissory::Kept;
using promissory::PromiseState;
using promissory::Record;
using promissory::RejectedError;
using promissory::Result;
using promissory::SettledOtherwise;
using promissory::support::contract;
using promissory::support::MemoryStorage;
using promissory::support::SimulatedDisk;

promissory::Warn nobody() {
  return [](const std::string&) {};
}

TEST(DurablePromiseExplored, ResolveAgainstReject) {
  contract("Of a resolve and a reject one wins, and the other one is told so.", "one-outcome");
  EXPLORE({}) {
    MemoryStorage storage;
    DurablePromise<int> promise(storage, "job");
    bool is_rejected = false;
    std::jthread rejecting([&] {
      try {
        is_rejected = promise.reject(std::make_exception_ptr(std::runtime_error("no")));
      } catch (const SettledOtherwise&) {
      }
    });
    bool is_resolved = false;
    try {
      is_resolved = promise.resolve(7);
    } catch (const SettledOtherwise&) {
    }
    rejecting.join();
    EXPECT_NE(is_resolved, is_rejected);
    EXPECT_EQ(promise.future().result().has_value(), is_resolved);
    EXPECT_EQ(storage.load("job")->state == PromiseState::resolved, is_resolved);
    EXPECT_EQ(storage.transitions(), 1);
  };
}

TEST(DurablePromiseExplored, WhoIsToldFindsItKept) {
  contract("An awaiter that wakes finds the outcome in the storage.", "persist-then-notify");
  EXPLORE({}) {
    MemoryStorage storage;
    DurablePromise<int> promise(storage, "job");
    std::jthread awaiter([&] {
      EXPECT_EQ(promise.await(), 7);
      EXPECT_EQ(storage.load("job")->state, PromiseState::resolved);
    });
    promise.resolve(7);
  };
}

TEST(DurablePromiseExplored, WhoReturnsFindsItReady) {
  contract("Whoever comes back from resolve() finds the promise ready, the first or not.",
           "persist-then-notify");
  EXPLORE({}) {
    MemoryStorage storage;
    DurablePromise<int> promise(storage, "job");
    std::atomic<int> settled{0};
    const auto resolve = [&] {
      if (promise.resolve(7)) ++settled;
      EXPECT_TRUE(promise.ready());
    };
    std::jthread other(resolve);
    resolve();
    other.join();
    EXPECT_EQ(settled, 1);
  };
}

TEST(DurablePromiseExplored, TwoOfOneNameAreOne) {
  contract("Two objects with one id, settled at once: one outcome, and both tell it.",
           "one-outcome");
  EXPLORE({}) {
    MemoryStorage storage;
    DurablePromise<int> first(storage, "job");
    DurablePromise<int> second(storage, "job");
    const auto resolve = [](DurablePromise<int>& promise, int value) {
      try {
        promise.resolve(value);
      } catch (const SettledOtherwise&) {
      }
    };
    std::jthread other([&] { resolve(second, 2); });
    resolve(first, 1);
    other.join();
    EXPECT_EQ(first.await(), second.await());
    EXPECT_EQ(storage.load("job")->payload, std::to_string(first.await()));
  };
}

TEST(DurablePromiseExplored, AFailureIsNobodysOutcome) {
  contract("One attempt fails to be kept, the other does not: that one is what everybody gets.",
           "persist-then-notify");
  EXPLORE({}) {
    MemoryStorage storage;
    std::atomic<bool> has_failed{false};
    DurablePromise<int> promise(storage, "job");
    storage.before_keeping = [&](const Record&) {
      if (!has_failed.exchange(true)) throw std::runtime_error("no space");
    };
    std::atomic<int> failures{0};
    const auto resolve = [&](int value) {
      try {
        EXPECT_TRUE(promise.resolve(value));
      } catch (const std::runtime_error&) {
        ++failures;
      }
    };
    std::jthread other([&] { resolve(2); });
    std::jthread awaiter([&] {
      const std::string told = std::to_string(promise.await());
      EXPECT_EQ(told, storage.load("job")->payload);
    });
    resolve(1);
    other.join();
    EXPECT_EQ(failures, 1);
  };
}

TEST(DurablePromiseExplored, AStopEndsOneWait) {
  contract("A stop that comes with the outcome ends the wait with one of them, and nothing else.",
           "persist-then-notify");
  EXPLORE({}) {
    MemoryStorage storage;
    DurablePromise<int> promise(storage, "job");
    std::stop_source source;
    std::jthread stopping([&] { source.request_stop(); });
    std::jthread awaiter([&] {
      try {
        EXPECT_EQ(promise.await(source.get_token()), 7);
      } catch (const std::system_error& stopped) {
        EXPECT_EQ(stopped.code(), std::errc::operation_canceled);
      }
    });
    EXPECT_TRUE(promise.resolve(7));
  };
}

TEST(DurablePromiseExplored, OneFileForTwoThreads) {
  contract("Two threads keep outcomes of one promise: one is kept, both learn which.",
           "a-file-for-each");
  EXPLORE({.schedules = 500}) {
    SimulatedDisk disk("/promises");
    FileStorage storage("/promises", nobody(), disk);
    std::optional<Kept> of_other;
    std::jthread other([&] { of_other = storage.keep({"job", PromiseState::rejected, "no", {}}); });
    const Kept mine = storage.keep({"job", PromiseState::resolved, "yes", {}});
    other.join();
    EXPECT_NE(mine.is_new, of_other->is_new);
    EXPECT_EQ(mine.record, of_other->record);
    EXPECT_EQ(storage.load("job"), mine.record);
    EXPECT_EQ(disk.misused(), 0);
  };
}

TEST(DurablePromiseExplored, ATransientFailureIsNotTold) {
  contract("While the folder's fsync fails for one thread, no other is told what is in doubt.",
           "when-the-disk-fails");
  EXPLORE({.schedules = 500}) {
    SimulatedDisk disk("/promises");
    FileStorage storage("/promises", nobody(), disk);
    std::atomic<bool> has_failed{false};
    disk.before = [&](const promissory::support::DiskCall& call) {
      return call.name == "fsync folder" && !has_failed.exchange(true) ? EIO : 0;
    };
    const auto look = [&] {
      const std::optional<Record> found = storage.load("job");
      if (!found) return;
      for (const auto& image : disk.after_a_power_cut()) {
        SimulatedDisk after("/promises", image);
        EXPECT_TRUE(FileStorage("/promises", nobody(), after).load("job"))
            << "somebody was told what is not on the disk";
      }
    };
    std::jthread other(look);
    EXPECT_THROW(storage.keep({"job", PromiseState::resolved, "yes", {}}), std::system_error);
    look();
  };
}

}  // namespace
