#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bug-hunt/07-photo-backup/photo_backup.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/high_water.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::Photo;
using promissory::PhotoBackup;
using promissory::Store;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::HighWater;
using promissory::support::wait_until_quiet;

struct TestStore : Store {
  explicit TestStore(std::size_t most) : most(most) {}
  std::size_t connections() const override { return most; }
  void save(const Photo& photo) override {
    const HighWater::Mark mark(gauge);
    goes_on.wait();
    if (photo.pixels.empty()) throw std::runtime_error("no picture");
    const std::lock_guard lock(mutex);
    saved.push_back(photo.name);
  }
  const std::size_t most;
  HighWater gauge;
  Gate goes_on;
  std::mutex mutex;
  std::vector<std::string> saved;
};

std::vector<Photo> photos(int count) {
  std::vector<Photo> photos;
  for (int i = 0; i < count; ++i) photos.push_back({"photo " + std::to_string(100 + i), "pixels"});
  return photos;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

TEST(PhotoBackupHidden, EveryPhotoIsSavedOnce) {
  contract("Each photo is saved, and once.");
  const auto store = std::make_shared<TestStore>(3);
  store->goes_on.open();
  const auto report = PhotoBackup(store).save(photos(50));
  EXPECT_EQ(report.saved, 50U);
  EXPECT_TRUE(report.failed.empty());
  std::vector<std::string> names;
  for (const auto& photo : photos(50)) names.push_back(photo.name);
  EXPECT_EQ(sorted(store->saved), names);
}

TEST(PhotoBackupHidden, AsManyAtOnceAsTheStoreServes) {
  contract("Photos are saved several at a time, as many as the store serves.");
  for (const std::size_t most : {2, 5}) {
    const auto store = std::make_shared<TestStore>(most);
    const PhotoBackup backup(store);
    std::jthread camera([&] { backup.save(photos(12)); });
    wait_until_quiet();
    EXPECT_EQ(store->gauge.inside(), static_cast<int>(most));
    store->goes_on.open();
    camera.join();
    EXPECT_EQ(store->gauge.highest(), static_cast<int>(most));
    EXPECT_EQ(store->gauge.total(), 12);
  }
}

TEST(PhotoBackupHidden, FewerPhotosThanConnections) {
  contract("A store that could serve more than there is to save serves what there is.");
  const auto store = std::make_shared<TestStore>(100);
  store->goes_on.open();
  EXPECT_EQ(PhotoBackup(store).save(photos(2)).saved, 2U);
  EXPECT_EQ(PhotoBackup(store).save({}).saved, 0U);
}

TEST(PhotoBackupHidden, OneThatFailsHarmsNoOther) {
  contract("Photos that cannot be saved are named; all the others are saved.");
  const auto store = std::make_shared<TestStore>(2);
  store->goes_on.open();
  auto some = photos(20);
  some[0].pixels.clear();
  some[7].pixels.clear();
  const auto report = PhotoBackup(store).save(some);
  EXPECT_EQ(report.saved, 18U);
  EXPECT_EQ(sorted(report.failed), (std::vector<std::string>{"photo 100", "photo 107"}));
}

TEST(PhotoBackupHidden, AStoreThatServesNobodyIsRefused) {
  contract("A store without connections is an error at once.");
  EXPECT_THROW(PhotoBackup(std::make_shared<TestStore>(0)), std::invalid_argument);
}

}  // namespace
