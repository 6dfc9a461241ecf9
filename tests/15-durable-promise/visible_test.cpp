#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "15-durable-promise/durable_promise.hpp"
#include "15-durable-promise/file_storage.hpp"
#include "15-durable-promise/sqlite_storage.hpp"
#include "support/contract.hpp"
#include "support/memory_storage.hpp"
#include "support/simulated_disk.hpp"
#include "support/temporary_folder.hpp"

namespace {

using promissory::DurablePromise;
using promissory::FileStorage;
using promissory::Future;
using promissory::Kept;
using promissory::PromiseState;
using promissory::Record;
using promissory::recover_all;
using promissory::RejectedError;
using promissory::SettledOtherwise;
using promissory::SqliteStorage;
using promissory::Storage;
using promissory::support::contract;
using promissory::support::DiskCall;
using promissory::support::MemoryStorage;
using promissory::support::SimulatedDisk;
using promissory::support::TemporaryFolder;

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

TEST(DurablePromise, AFileStorageKeepsRecords) {
  contract("What a FileStorage has kept is there for the next one with the same folder.",
           "a-file-for-each");
  const TemporaryFolder folder;
  const Record begun{"invoice/7", PromiseState::pending, "", {}};
  const Record settled{"invoice/8", PromiseState::resolved, std::string("any\0\nbytes", 10), {}};
  {
    FileStorage storage(folder.path());
    EXPECT_EQ(storage.load("invoice/7"), std::nullopt);
    EXPECT_TRUE(storage.keep(begun).is_new);
    EXPECT_TRUE(storage.keep(settled).is_new);
  }
  FileStorage storage(folder.path());
  EXPECT_EQ(storage.load("invoice/7"), begun);
  EXPECT_EQ(storage.load("invoice/8"), settled);
  EXPECT_EQ(storage.all().size(), 2U);
}

TEST(DurablePromise, TheFirstOutcomeIsKept) {
  contract("A storage replaces what is pending by an outcome, and an outcome by nothing.",
           "one-outcome");
  const TemporaryFolder folder;
  FileStorage storage(folder.path());
  const Record begun{"job", PromiseState::pending, "", {}};
  const Record first{"job", PromiseState::resolved, "1", {}};
  const Record second{"job", PromiseState::rejected, "2", {}};
  EXPECT_TRUE(storage.keep(begun).is_new);
  EXPECT_FALSE(storage.keep(begun).is_new);
  EXPECT_TRUE(storage.keep(first).is_new);
  const Kept kept = storage.keep(second);
  EXPECT_FALSE(kept.is_new);
  EXPECT_EQ(kept.record, first);
  EXPECT_EQ(storage.keep(begun).record, first);
  EXPECT_EQ(storage.load("job"), first);
}

TEST(DurablePromise, IsSyncedBeforeItIsRenamed) {
  contract("The file is written beside, synced, renamed, and then the folder is synced.",
           "a-file-for-each");
  int calls = 0;
  std::map<std::string, int> last;
  SimulatedDisk disk("/promises");
  FileStorage storage("/promises", promissory::to_standard_error(), disk);
  disk.before = [&](const DiskCall& call) {
    last[std::string(call.name)] = ++calls;
    return 0;
  };
  storage.keep({"job", PromiseState::resolved, "42", {}});
  EXPECT_LT(last["write"], last["fsync"]);
  EXPECT_LT(last["fsync"], last["rename"]);
  EXPECT_LT(last["rename"], last["fsync folder"]);
}

TEST(DurablePromise, FilesThatAreNoneAreLeftAlone) {
  contract("What is no promise, or half of one, is skipped with a warning and never deleted.",
           "foreign-files");
  const TemporaryFolder folder;
  const std::string foreign = folder.path() + "/notes.txt";
  std::ofstream(foreign) << "buy milk";
  std::vector<std::string> warnings;
  FileStorage storage(folder.path(), [&](const std::string& what) { warnings.push_back(what); });
  storage.keep({"job", PromiseState::pending, "", {}});
  EXPECT_EQ(storage.all().size(), 1U);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("notes.txt"), std::string::npos) << warnings[0];
  std::ifstream in(foreign);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "buy milk");
}

TEST(DurablePromise, NoIdLeavesTheFolder) {
  contract("An id is a name, not a path: whatever is in it, its file lies in the folder.",
           "ids-are-not-names");
  const TemporaryFolder outer;
  const std::string folder = outer.path() + "/promises";
  std::filesystem::create_directory(folder);
  FileStorage storage(folder);
  storage.keep({"../escaped", PromiseState::pending, "", {}});
  EXPECT_TRUE(storage.load("../escaped"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(outer.path()), {}), 1);
}

TEST(DurablePromise, IsKeptAndAwaited) {
  contract("resolve() keeps the value and wakes who waits; the second time it changes nothing.",
           "persist-then-notify");
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  EXPECT_EQ(promise.id(), "job");
  ASSERT_TRUE(storage.load("job"));
  EXPECT_EQ(storage.load("job")->state, PromiseState::pending);
  const Future<int> future = promise.future();
  EXPECT_FALSE(promise.ready());
  EXPECT_TRUE(promise.resolve(42));
  EXPECT_TRUE(promise.ready());
  EXPECT_EQ(promise.await(), 42);
  EXPECT_EQ(future.await(), 42);
  EXPECT_EQ(storage.load("job")->state, PromiseState::resolved);
  EXPECT_FALSE(promise.resolve(42));
}

TEST(DurablePromise, AnotherOutcomeIsAnError) {
  contract("What is settled stays so: another value, or an error, throws SettledOtherwise.",
           "one-outcome");
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  promise.resolve(42);
  EXPECT_THROW(promise.resolve(43), SettledOtherwise);
  EXPECT_THROW(promise.reject(error("no")), SettledOtherwise);
  EXPECT_EQ(promise.await(), 42);
}

TEST(DurablePromise, IsThereInTheNextLife) {
  contract("A promise that is made with the same id later has the outcome of the first.",
           "the-next-life");
  const TemporaryFolder folder;
  {
    FileStorage storage(folder.path());
    DurablePromise<std::string>(storage, "kept").resolve("value");
    DurablePromise<std::string>(storage, "broken").reject(error("out of stock"));
  }
  FileStorage storage(folder.path());
  DurablePromise<std::string> kept(storage, "kept");
  EXPECT_TRUE(kept.ready());
  EXPECT_EQ(kept.await(), "value");
  DurablePromise<std::string> broken(storage, "broken");
  try {
    broken.await();
    FAIL() << "the error was forgotten";
  } catch (const RejectedError& rejected) {
    EXPECT_STREQ(rejected.what(), "out of stock");
  }
}

TEST(DurablePromise, NobodyIsToldWhatIsNotKept) {
  contract("When the storage fails, resolve() throws, nobody is told, and it can be tried again.",
           "persist-then-notify");
  MemoryStorage storage;
  DurablePromise<int> promise(storage, "job");
  storage.before_keeping = [](const Record&) {
    throw std::system_error(std::make_error_code(std::errc::no_space_on_device));
  };
  EXPECT_THROW(promise.resolve(42), std::system_error);
  EXPECT_FALSE(promise.ready());
  storage.before_keeping = nullptr;
  EXPECT_TRUE(promise.resolve(42));
  EXPECT_EQ(promise.await(), 42);
}

TEST(DurablePromise, AllAreRecovered) {
  contract("recover_all() finds what is settled, and what is still to be settled.",
           "the-next-life");
  MemoryStorage storage;
  DurablePromise<int>(storage, "done").resolve(1);
  { const DurablePromise<int> begun(storage, "begun"); }
  std::set<std::string> open;
  for (DurablePromise<int>& promise : recover_all<int>(storage)) {
    if (promise.ready()) {
      EXPECT_EQ(promise.id(), "done");
      EXPECT_EQ(promise.await(), 1);
    } else {
      open.insert(promise.id());
      EXPECT_TRUE(promise.resolve(2));
    }
  }
  EXPECT_EQ(open, std::set<std::string>{"begun"});
  EXPECT_EQ(DurablePromise<int>(storage, "begun").await(), 2);
}

TEST(DurablePromise, ADatabaseWillDoAsWell) {
  contract("A promise does not know where it is kept: SqliteStorage does what FileStorage does.",
           "a-table-in-sqlite");
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/promises.db";
  const std::string awkward("it's\0; DROP TABLE promises; --", 30);
  {
    SqliteStorage storage(path);
    EXPECT_EQ(storage.load(awkward), std::nullopt);
    DurablePromise<std::string> promise(storage, awkward);
    EXPECT_TRUE(promise.resolve(awkward));
    EXPECT_THROW(promise.resolve("another"), SettledOtherwise);
    { const DurablePromise<std::string> begun(storage, "begun"); }
  }
  SqliteStorage storage(path);
  EXPECT_EQ(recover_all<std::string>(storage).size(), 2U);
  EXPECT_EQ(DurablePromise<std::string>(storage, awkward).await(), awkward);
}

}  // namespace
