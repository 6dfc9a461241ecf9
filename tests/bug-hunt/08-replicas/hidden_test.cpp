#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "bug-hunt/08-replicas/replicas.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Replica;
using promissory::ReplicatedReader;
using promissory::support::contract;
using promissory::support::HeldGate;
using namespace std::chrono_literals;

Replica says(const std::string& text) {
  return [text](const std::string& key) { return key + " " + text; };
}

Replica fails(const std::string& text) {
  return [text](const std::string&) -> std::string { throw std::runtime_error(text); };
}

TEST(ReplicasHidden, ASlowReadIsSentToTheSecond) {
  contract("When the first replica is slow, the second one's answer is taken.");
  HeldGate never_in_time;
  ReplicatedReader reader(
      [&](const std::string& key) {
        never_in_time.wait();
        return key + " too late";
      },
      says("of the second"), 1ms);
  EXPECT_EQ(reader.read("name"), "name of the second");
  EXPECT_EQ(reader.read("town"), "town of the second");
  never_in_time.open();
}

TEST(ReplicasHidden, WithoutPatienceBothAreAsked) {
  contract("A slow second replica does not matter when the first one answers.");
  HeldGate first_goes_on;
  HeldGate second_goes_on;
  ReplicatedReader reader(
      [&](const std::string& key) {
        first_goes_on.wait();
        return key + " of the first";
      },
      [&](const std::string& key) {
        first_goes_on.open();
        second_goes_on.wait();
        return key + " of the second";
      },
      1ms);
  EXPECT_EQ(reader.read("name"), "name of the first");
  second_goes_on.open();
}

TEST(ReplicasHidden, AnErrorIsAnAnswer) {
  contract("What the first replica throws in time is thrown to the reader, and the second rests.");
  std::atomic<int> second_calls{0};
  {
    ReplicatedReader reader(
        fails("no such table"),
        [&](const std::string& key) {
          ++second_calls;
          return key;
        },
        2s);
    try {
      reader.read("name");
      ADD_FAILURE() << "the error is lost";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "no such table");
    }
  }
  EXPECT_EQ(second_calls, 0);
}

TEST(ReplicasHidden, TheSecondOnesErrorIsToldToo) {
  contract("An error of the second replica is an answer when it is the first one.");
  HeldGate never_in_time;
  ReplicatedReader reader(
      [&](const std::string& key) {
        never_in_time.wait();
        return key;
      },
      fails("being repaired"), 1ms);
  EXPECT_THROW(reader.read("name"), std::runtime_error);
  never_in_time.open();
}

TEST(ReplicasHidden, ManyQuickReadsAreServedOnceEach) {
  contract("Of many quick reads none is work for the second replica.");
  std::atomic<int> second_calls{0};
  {
    ReplicatedReader reader(
        says("is here"),
        [&](const std::string& key) {
          ++second_calls;
          return key;
        },
        5s);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(reader.read("name"), "name is here");
  }
  EXPECT_EQ(second_calls, 0);
}

}  // namespace
