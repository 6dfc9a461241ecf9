#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "s1-back-pressure/bounded_queue.hpp"
#include "s1-back-pressure/chain.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parcel.hpp"
#include "support/parked.hpp"
#include "support/tally.hpp"
#include "support/words.hpp"

namespace {

using promissory::BoundedQueue;
using promissory::chain_of;
using promissory::Future;
using promissory::stage;
using promissory::unbounded;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::Parcel;
using promissory::support::ParkingSpot;
using promissory::support::Scale;
using promissory::support::Tally;
using promissory::support::thrown_by;

TEST(BoundedQueue, FirstInFirstOut) {
  contract("What was put in first comes out first.", "a-bounded-queue");
  BoundedQueue<int> queue(3);
  for (int i = 1; i <= 3; ++i) queue.push(std::move(i));
  for (int i = 1; i <= 3; ++i) {
    const std::optional<int> item = queue.pop();
    EXPECT_EQ(item, i);
  }
}

TEST(BoundedQueue, WhoFindsItFullWaits) {
  contract("push() waits while there is no room, and goes on when something is taken out.",
           "a-bounded-queue");
  BoundedQueue<std::string> queue(1);
  queue.push("first");
  EXPECT_FALSE(queue.try_push("too many"));
  ParkingSpot full;
  Tally in;
  std::jthread other([&] {
    full.arriving();
    queue.push("second");
    in.add();
  });
  full.wait_until_parked();
  EXPECT_EQ(in.value(), 0) << "push() returned although there is no room";
  EXPECT_EQ(queue.pop(), "first");
  EXPECT_EQ(queue.pop(), "second");
}

TEST(BoundedQueue, CloseLeavesWhatIsInIt) {
  contract("A closed queue takes nothing, gives what it has, and then says that it is empty.",
           "the-end-travels");
  BoundedQueue<int> queue(2);
  queue.push(1);
  queue.push(2);
  queue.close();
  EXPECT_THROW(queue.push(3), std::logic_error);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BackPressure, AnItemGoesThroughEveryStage) {
  contract("The future that submit() returns is what comes out of the last stage.",
           "stages-in-a-chain");
  auto chain = chain_of<int>(stage(2, [](int n) { return n + 1; }),
                             stage(2, [](int n) { return std::to_string(n); }),
                             stage(2, [](const std::string& digits) { return digits + "!"; }));
  const Future<std::string> shout = chain.submit(41);
  EXPECT_EQ(shout.await(), "42!");
}

TEST(BackPressure, ItemsStayInOrder) {
  contract("Items come out of each stage in the order in which they were submitted.",
           "stages-in-a-chain");
  std::vector<int> seen;  // no lock: one thread is the last stage
  {
    auto chain = chain_of<int>(stage(1, [](int n) { return n; }),
                               stage(3, [&](int n) { seen.push_back(n); }));
    for (int i = 0; i < 50; ++i) chain.submit(i);
  }
  ASSERT_EQ(seen.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(seen[i], i);
}

TEST(BackPressure, AnErrorEndsOneItemOnly) {
  contract("What a stage throws rejects the item's future; later stages see only the others.",
           "an-error-ends-one-item");
  int stored = 0;
  auto chain = chain_of<int>(stage(1,
                                   [](int n) {
                                     if (n == 2) throw std::runtime_error("spoilt");
                                     return n;
                                   }),
                             stage(1, [&](int n) {
                               ++stored;
                               return n;
                             }));
  const Future<int> one = chain.submit(1);
  const Future<int> two = chain.submit(2);
  const Future<int> three = chain.submit(3);
  EXPECT_EQ(thrown_by([&] { two.await(); }), "spoilt");
  EXPECT_EQ(one.await(), 1);
  EXPECT_EQ(three.await(), 3);
  EXPECT_EQ(stored, 2);
}

TEST(BackPressure, TheProducerWaitsForTheLastStage) {
  contract("With the last stage at rest, submit() takes what there is room for, and then waits.",
           "the-wait-travels");
  Gate gate;
  Tally taken;
  ParkingSpot full;
  constexpr int inside =
      (2 + 1) + (2 + 1);  // before each stage what it has room for, and in it one
  auto chain = chain_of<int>(stage(2, [](int n) { return n; }), stage(2, [&](int n) {
                               gate.wait();
                               return n;
                             }));
  std::jthread producer([&] {
    for (int i = 0; i < 20; ++i) {
      if (i == inside) full.arriving();
      chain.submit(i);
      taken.add();
    }
  });
  const AtTheEnd opening([&] { gate.open(); });
  taken.wait_for(inside);
  full.wait_until_parked();
  EXPECT_EQ(taken.value(), inside);
}

TEST(BackPressure, WithoutABoundItGrows) {
  contract("A chain with unbounded room takes everything at once, and all of it stays in memory.",
           "the-two-curves");
  Scale scale;
  Gate gate;
  auto chain = chain_of<Parcel>(stage(unbounded, [](Parcel parcel) { return parcel; }),
                                stage(unbounded, [&](const Parcel&) { gate.wait(); }));
  const AtTheEnd opening([&] { gate.open(); });
  for (int sent = 1; sent <= 300; ++sent) {
    chain.submit(Parcel(scale, sent));
    EXPECT_EQ(scale.alive(), sent);
  }
}

TEST(BackPressure, WithABoundItDoesNot) {
  contract("However much is sent, no more is in memory than the rooms and the stages hold.",
           "the-two-curves");
  Scale scale;
  {
    auto chain = chain_of<Parcel>(stage(2, [](Parcel parcel) { return parcel; }),
                                  stage(3, [](const Parcel&) { std::this_thread::yield(); }));
    for (int sent = 1; sent <= 300; ++sent) chain.submit(Parcel(scale, sent));
  }
  EXPECT_LE(scale.highest(), (2 + 1) + (3 + 1) + 1) << "the one more is in the producer's hands";
  EXPECT_EQ(scale.alive(), 0);
}

}  // namespace
