#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "bug-hunt/07-photo-backup/photo_backup.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/high_water.hpp"

namespace {

using promissory::Photo;
using promissory::PhotoBackup;
using promissory::Store;
using promissory::support::contract;
using promissory::support::HighWater;
using namespace std::chrono_literals;

struct SlowStore : Store {
  std::size_t connections() const override { return 2; }
  void save(const Photo&) override {
    const HighWater::Mark mark(gauge);
    // Costs nothing: the explorer's clock goes on when nobody else can.
    std::this_thread::sleep_for(1h);
  }
  HighWater gauge;
};

TEST(PhotoBackupExplored, NoOrderOverrunsTheStore) {
  contract("In whatever order the threads run, no more photos are on their way than are served.");
  EXPLORE({.schedules = 300}) {
    const auto store = std::make_shared<SlowStore>();
    EXPECT_EQ(PhotoBackup(store).save(std::vector<Photo>(5)).saved, 5U);
    EXPECT_LE(store->gauge.highest(), 2);
    EXPECT_EQ(store->gauge.total(), 5);
  };
}

}  // namespace
