// Property: whichever calls fail, and whenever the power is cut, every outcome that somebody was
// told of is there afterwards, the same one for everybody and for ever, and nothing is half there.
#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "15-durable-promise/durable_promise.hpp"
#include "15-durable-promise/file_storage.hpp"
#include "support/contract.hpp"
#include "support/simulated_disk.hpp"

namespace {

using promissory::DurablePromise;
using promissory::FileStorage;
using promissory::RejectedError;
using promissory::Result;
using promissory::SettledOtherwise;
using promissory::support::contract;
using promissory::support::DiskCall;
using promissory::support::DiskImage;
using promissory::support::SimulatedDisk;

promissory::Warn nobody() {
  return [](const std::string&) {};
}

/// What a promise came to, in words that can be compared; "" while it is open.
std::string outcome_of(const DurablePromise<int>& promise) {
  if (!promise.ready()) return "";
  const Result<int>& result = promise.future().result();
  try {
    return "value " + std::to_string(result.value());
  } catch (const RejectedError& error) {
    return std::string("error ") + error.what();
  }
}

using Told = std::map<std::string, std::string>;

/// One life on a disk that fails now and then, and what its awaiters get to hear.
/// @return what the disk may hold when the power is cut at a random moment, and what was told then
std::pair<DiskImage, Told> live(std::mt19937& random, const DiskImage& image, Told told) {
  SimulatedDisk disk("/promises", image);
  const int last = 10 + static_cast<int>(random() % 200);
  int calls = 0;
  std::optional<std::pair<DiskImage, Told>> cut;
  disk.largest_write = 1 + random() % 100;
  disk.before = [&](const DiskCall&) {
    if (++calls == last) {
      const std::vector<DiskImage> images = disk.after_a_power_cut();
      cut = {images[random() % images.size()], told};
    }
    if (calls > 2 && random() % 20 == 0) return random() % 2 == 0 ? EIO : EINTR;
    return 0;
  };
  try {
    FileStorage storage("/promises", nobody(), disk);
    while (!cut) {
      const std::string id = "job " + std::to_string(random() % 8);
      const int value = static_cast<int>(random() % 3);
      const bool is_resolved = random() % 2 == 0;
      try {
        DurablePromise<int> promise(storage, id);
        if (promise.ready() && told.contains(id)) {
          EXPECT_EQ(outcome_of(promise), told[id]);
        }
        try {
          if (is_resolved) {
            promise.resolve(value);
          } else {
            promise.reject(std::make_exception_ptr(std::runtime_error(std::to_string(value))));
          }
        } catch (const SettledOtherwise&) {
          EXPECT_TRUE(promise.ready());
        }
        EXPECT_TRUE(promise.ready());
        const std::string outcome = outcome_of(promise);
        EXPECT_EQ(told.try_emplace(id, outcome).first->second, outcome) << id;
      } catch (const std::system_error&) {
      }
    }
  } catch (const std::system_error&) {
  }
  if (!cut) cut = {disk.after_a_power_cut().front(), told};
  return *cut;
}

TEST(MyDurablePromise, WhatWasToldIsSoForEver) {
  contract("Whatever fails and whenever the power is cut: what was told is there, and is the same.",
           "what-fsync-promises");
  std::mt19937 random(15);
  for (int round = 0; round < 40 && !HasFailure(); ++round) {
    DiskImage image;
    Told told;
    for (int life = 0; life < 6 && !HasFailure(); ++life) {
      std::tie(image, told) = live(random, image, std::move(told));
      SimulatedDisk disk("/promises", image);
      FileStorage storage("/promises", nobody(), disk);
      for (const auto& [id, outcome] : told) {
        EXPECT_EQ(outcome_of(DurablePromise<int>(storage, id)), outcome) << id;
      }
    }
  }
}

}  // namespace
