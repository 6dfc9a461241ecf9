#include <gtest/gtest.h>

#include <memory>
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
using promissory::support::stacks_of_the_others;
using promissory::support::wait_until_quiet;

struct GaugedStore : Store {
  std::size_t connections() const override { return 4; }
  void save(const Photo&) override {
    const HighWater::Mark mark(gauge);
    goes_on.wait();
  }
  HighWater gauge;
  Gate goes_on;
};

TEST(PhotoBackup, TheStoreIsNotOverrun) {
  contract(
      "However many photos there are, no more are on their way at once than the store serves.");
  const auto store = std::make_shared<GaugedStore>();
  const PhotoBackup backup(store);
  std::string stacks;
  {
    std::jthread camera([&] { backup.save(std::vector<Photo>(30)); });
    wait_until_quiet();
    if (store->gauge.highest() > 4) stacks = stacks_of_the_others();
    store->goes_on.open();
  }
  EXPECT_LE(store->gauge.highest(), 4) << "at once in a store that serves 4:\n" << stacks;
}

}  // namespace
