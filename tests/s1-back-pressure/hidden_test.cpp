#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "02-result/result.hpp"
#include "s1-back-pressure/bounded_queue.hpp"
#include "s1-back-pressure/chain.hpp"
#include "support/at_the_end.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"
#include "support/parcel.hpp"
#include "support/parked.hpp"
#include "support/tally.hpp"
#include "support/words.hpp"

namespace {

using promissory::BoundedQueue;
using promissory::Chain;
using promissory::chain_of;
using promissory::failure;
using promissory::Future;
using promissory::Result;
using promissory::stage;
using promissory::unbounded;
using promissory::Unit;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Crowd;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::Parcel;
using promissory::support::ParkingSpot;
using promissory::support::Scale;
using promissory::support::Tally;
using promissory::support::thrown_by;
using promissory::support::ThrowsOnMove;

Parcel hand_on(Parcel parcel) {
  return parcel;
}

int same(int number) {
  return number;
}

/// Out of line: in a body that it sees must throw, as a starter's does, g++ 12 does not inline all
/// of the constructor, and then warns that the source is used uninitialized.
[[gnu::noinline]] std::stop_source new_stop_source() {
  return std::stop_source();
}

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  BoundedQueue<int> queue(1);
  queue.push(1);
  queue.try_push(2);
  queue.pop();
  queue.close();
  auto chain = chain_of<int>(stage(1, same));
  chain.submit(1).await();
  chain.try_submit(2);
  chain.close();
}

TEST(BoundedQueueHidden, ManyPutAndManyTake) {
  contract("Through room for one, each item of many threads comes out once, and nobody sleeps on.",
           "a-bounded-queue");
  expect_written();
  BoundedQueue<int> queue(1);
  std::array<std::atomic<int>, 300> seen{};
  std::vector<std::jthread> takers;
  for (int i = 0; i < 3; ++i) {
    takers.emplace_back([&] {
      while (const std::optional<int> item = queue.pop()) ++seen[static_cast<std::size_t>(*item)];
    });
  }
  {
    std::vector<std::jthread> putters;
    for (int i = 0; i < 3; ++i) {
      putters.emplace_back([&queue, i] {
        for (int n = 0; n < 100; ++n) queue.push(100 * i + n);
      });
    }
  }
  queue.close();
  takers.clear();
  for (const auto& times : seen) EXPECT_EQ(times, 1);
}

TEST(BoundedQueueHidden, RoomForOneMeansOne) {
  contract("As many items are in as there is room for: no more, and no fewer.", "a-bounded-queue");
  for (const std::size_t room : {1U, 2U, 7U}) {
    BoundedQueue<int> queue(room);
    for (std::size_t i = 0; i < room; ++i) EXPECT_TRUE(queue.try_push(1));
    EXPECT_FALSE(queue.try_push(1));
    queue.pop();
    EXPECT_TRUE(queue.try_push(1));
    EXPECT_FALSE(queue.try_push(1));
  }
}

TEST(BoundedQueueHidden, NoRoomAtAllIsRefused) {
  contract("A queue without room, and a chain with such a stage, are refused.", "a-bounded-queue");
  EXPECT_THROW(BoundedQueue<int>(0), std::invalid_argument);
  EXPECT_THROW(chain_of<int>(stage(0, same)), std::invalid_argument);
  EXPECT_THROW(chain_of<int>(stage(1, same), stage(0, same)), std::invalid_argument);
  EXPECT_THROW(chain_of<int>(stage(0, same), stage(1, same)), std::invalid_argument);
}

TEST(BoundedQueueHidden, WhatIsNotTakenIsLeft) {
  contract("An item that was refused, or gave up, is still its owner's.", "a-bounded-queue");
  BoundedQueue<MoveOnly> queue(1);
  queue.push(MoveOnly(1));
  MoveOnly second(2);
  EXPECT_FALSE(queue.try_push(std::move(second)));
  EXPECT_TRUE(second.value) << "try_push() has no room, and keeps the item";  // NOLINT
  std::stop_source patience = new_stop_source();
  patience.request_stop();
  EXPECT_EQ(thrown_by([&] { queue.push(std::move(second), patience.get_token()); }), "canceled");
  EXPECT_TRUE(second.value) << "push() gives up, and keeps the item";  // NOLINT
  queue.close();
  EXPECT_THROW(queue.push(std::move(second)), std::logic_error);
  EXPECT_TRUE(second.value) << "push() refuses, and keeps the item";  // NOLINT
}

TEST(BoundedQueueHidden, RoomWinsOverAStop) {
  contract("Room that is there is taken, stopped or not.", "a-bounded-queue");
  BoundedQueue<int> queue(1);
  std::stop_source patience = new_stop_source();
  patience.request_stop();
  EXPECT_EQ(thrown_by([&] { queue.push(1, patience.get_token()); }), "none");
  EXPECT_EQ(queue.pop(), 1);
}

TEST(BoundedQueueHidden, CloseTellsEverybody) {
  contract("All who wait for room, and all who wait for an item, hear that it is closed.",
           "the-end-travels");
  expect_written();
  BoundedQueue<int> full(1);
  BoundedQueue<int> empty(1);
  full.push(1);
  Crowd crowd;
  Tally refused;
  Tally ended;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        crowd.arriving();
        try {
          full.push(2);
        } catch (const std::logic_error&) {
          refused.add();
        }
      });
      threads.emplace_back([&] {
        crowd.arriving();
        if (!empty.pop()) ended.add();
      });
    }
    crowd.wait_until_parked(6);
    full.close();
    empty.close();
  }
  EXPECT_EQ(refused.value(), 3);
  EXPECT_EQ(ended.value(), 3);
}

TEST(BackPressureHidden, EachStageHasItsOwnRoom) {
  contract("With the last stage at rest, each stage fills its room and itself, and no more.",
           "the-wait-travels");
  Scale scale;
  Gate gate;
  Tally taken;
  Crowd everybody;
  constexpr int inside = (1 + 1) + (4 + 1) + (2 + 1);
  const auto hand_on_and_tell = [&](Parcel parcel) {
    if (parcel.number == 0) everybody.arriving();
    return parcel;
  };
  auto chain = chain_of<Parcel>(stage(1, hand_on_and_tell), stage(4, hand_on_and_tell),
                                stage(2, [&](const Parcel& parcel) {
                                  if (parcel.number == 0) everybody.arriving();
                                  gate.wait();
                                }));
  std::jthread producer([&] {
    everybody.arriving();
    for (int i = 0; i < 100; ++i) {
      chain.submit(Parcel(scale, i));
      taken.add();
    }
  });
  const AtTheEnd opening([&] { gate.open(); });
  everybody.wait_until_parked(4);  // all at one moment: now nobody can move any more
  EXPECT_EQ(taken.value(), inside);
  EXPECT_EQ(scale.alive(), inside + 1) << "the one more is in the producer's hands";
}

TEST(BackPressureHidden, MemoryStaysLevelUnderASlowLastStage) {
  contract("While a slow last stage lets one item out after the other, memory stays level.",
           "the-two-curves");
  Scale scale;
  Tally let_out;
  Tally out;
  Tally taken;
  Crowd everybody;
  constexpr int inside = (2 + 1) + (2 + 1) + (2 + 1);
  constexpr int items = 40;
  const auto hand_on_and_tell = [&](Parcel parcel) {
    if (parcel.number == 0) everybody.arriving();
    return parcel;
  };
  int turn = 0;  // of the last stage only
  auto chain = chain_of<Parcel>(stage(2, hand_on_and_tell), stage(2, hand_on_and_tell),
                                stage(2, [&](const Parcel& parcel) {
                                  if (parcel.number == 0) everybody.arriving();
                                  let_out.wait_for(++turn);
                                  out.add();
                                }));
  std::jthread producer([&] {
    everybody.arriving();
    for (int i = 0; i < items; ++i) {
      chain.submit(Parcel(scale, i));
      taken.add();
    }
  });
  const AtTheEnd opening([&] {
    for (int i = 0; i < items; ++i) let_out.add();
  });
  for (int done = 0; done + inside < items; ++done) {
    everybody.wait_until_parked(4);
    EXPECT_EQ(taken.value(), done + inside);
    EXPECT_EQ(scale.alive(), inside + 1);
    let_out.add();
    out.wait_for(done + 1);
  }
  EXPECT_LE(scale.highest(), inside + 1);
}

TEST(BackPressureHidden, WithoutABoundMemoryGrowsWithWhatIsSent) {
  contract("With unbounded room all that was sent and not yet done is in memory.",
           "the-two-curves");
  Scale scale;
  Tally let_out;
  Tally out;
  int turn = 0;
  auto chain = chain_of<Parcel>(stage(unbounded, hand_on), stage(unbounded, [&](Parcel parcel) {
                                  let_out.wait_for(++turn);
                                  static_cast<void>(Parcel(std::move(parcel)));
                                  out.add();
                                }));
  constexpr int items = 400;
  const AtTheEnd opening([&] {
    for (int i = 0; i < items; ++i) let_out.add();
  });
  for (int sent = 1; sent <= items; ++sent) {
    chain.submit(Parcel(scale, sent));
    if (sent % 4 != 0) continue;
    let_out.add();
    out.wait_for(sent / 4);
    EXPECT_EQ(scale.alive(), sent - sent / 4);
  }
}

TEST(BackPressureHidden, WhatCameInIsGoneBeforeTheWait) {
  contract("A stage that waits to hand on holds what it made, not what it was given.",
           "what-came-in-is-gone");
  Scale given;
  Scale made;
  Gate gate;
  Crowd everybody;
  auto chain = chain_of<Parcel>(stage(1,
                                      [&](const Parcel& parcel) {
                                        if (parcel.number == 0) everybody.arriving();
                                        return Parcel(made, parcel.number);
                                      }),
                                stage(1, [&](const Parcel& parcel) {
                                  if (parcel.number == 0) everybody.arriving();
                                  gate.wait();
                                }));
  // The first is in the last stage, the second before it, the third on its way there, the fourth
  // before the first stage, and the fifth with a producer who waits.
  std::jthread producer([&] {
    everybody.arriving();
    for (int i = 0; i < 5; ++i) chain.submit(Parcel(given, i));
  });
  const AtTheEnd opening([&] { gate.open(); });
  everybody.wait_until_parked(3);
  EXPECT_EQ(made.alive(), 3);
  EXPECT_EQ(given.alive(), 2);
}

TEST(BackPressureHidden, AStopEndsTheWaitForRoom) {
  contract("Whoever waits in submit() can give up; his item is not taken, and the chain goes on.",
           "an-item-and-its-token");
  Gate gate;
  std::atomic<int> done{0};
  Tally begun;
  auto chain = chain_of<int>(stage(1, [&](int n) {
    begun.add();
    gate.wait();
    done += n;
    return n;
  }));
  const AtTheEnd opening([&] { gate.open(); });
  chain.submit(1);
  begun.wait_for(1);
  const Future<int> second = chain.submit(10);
  ParkingSpot full;
  std::stop_source patience = new_stop_source();
  std::string outcome;
  {
    std::jthread other([&] {
      full.arriving();
      outcome = thrown_by([&] { chain.submit(100, patience.get_token()); });
    });
    full.wait_until_parked();
    patience.request_stop();
  }
  EXPECT_EQ(outcome, "canceled");
  gate.open();
  EXPECT_EQ(second.await(), 10);
  const Future<int> third = chain.submit(1000);
  EXPECT_EQ(third.await(), 1000);
  EXPECT_EQ(done, 1011);
}

TEST(BackPressureHidden, AStopEndsTheWaitBetweenStages) {
  contract("An item that waits to get into the next stage can be stopped, and others move up.",
           "an-item-and-its-token");
  Gate gate;
  Tally begun;
  auto chain = chain_of<int>(stage(1,
                                   [&](int n) {
                                     begun.add();
                                     return n;
                                   }),
                             stage(1, [&](int n) {
                               gate.wait();
                               return n;
                             }));
  const AtTheEnd opening([&] { gate.open(); });
  std::stop_source patience = new_stop_source();
  const Future<int> in_the_last_stage = chain.submit(1);
  const Future<int> before_it = chain.submit(2);
  const Future<int> on_its_way = chain.submit(3, patience.get_token());
  const Future<int> behind_it = chain.submit(4);
  begun.wait_for(3);
  EXPECT_FALSE(on_its_way.ready());
  patience.request_stop();
  EXPECT_EQ(thrown_by([&] { on_its_way.await(); }), "canceled");
  begun.wait_for(4);  // although the gate is closed
  gate.open();
  EXPECT_EQ(in_the_last_stage.await(), 1);
  EXPECT_EQ(before_it.await(), 2);
  EXPECT_EQ(behind_it.await(), 4);
}

TEST(BackPressureHidden, WhatWasStoppedIsNotBegun) {
  contract("An item whose token is stopped while it lies in a queue is rejected, not begun.",
           "an-item-and-its-token");
  Gate gate;
  std::atomic<int> begun{0};
  auto chain = chain_of<int>(stage(4, [&](int n) {
    ++begun;
    gate.wait();
    return n;
  }));
  const AtTheEnd opening([&] { gate.open(); });
  std::stop_source patience = new_stop_source();
  chain.submit(1);
  const Future<int> stopped = chain.submit(2, patience.get_token());
  const Future<int> third = chain.submit(3);
  patience.request_stop();
  gate.open();
  EXPECT_EQ(thrown_by([&] { stopped.await(); }), "canceled");
  EXPECT_EQ(third.await(), 3);
  EXPECT_EQ(begun, 2);
}

TEST(BackPressureHidden, AStageIsHandedTheItemsToken) {
  contract("A stage that takes a token is handed that of the item which it works on.",
           "an-item-and-its-token");
  expect_written();
  Gate never;
  Tally begun;
  auto chain = chain_of<int>(stage(1, same), stage(1, [&](int n, std::stop_token token) {
                               if (n == 1) return n;
                               begun.add();
                               return never.wait(token) ? n : -n;
                             }));
  std::stop_source others = new_stop_source();
  std::stop_source patience = new_stop_source();
  const Future<int> first = chain.submit(1, others.get_token());
  const Future<int> second = chain.submit(2, patience.get_token());
  const AtTheEnd stopping([&] { patience.request_stop(); });
  begun.wait_for(1);
  others.request_stop();
  EXPECT_EQ(first.await(), 1);
  EXPECT_FALSE(second.ready());
  patience.request_stop();
  EXPECT_EQ(second.await(), -2);
}

TEST(BackPressureHidden, TryingNeverWaits) {
  contract("try_submit() says when there is no room, and takes it when there is some.",
           "stages-in-a-chain");
  Gate gate;
  Tally begun;
  auto chain = chain_of<int>(stage(1, [&](int n) {
    begun.add();
    gate.wait();
    return n;
  }));
  const AtTheEnd opening([&] { gate.open(); });
  const auto first = chain.try_submit(1);
  begun.wait_for(1);
  const auto second = chain.try_submit(2);
  const auto third = chain.try_submit(3);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(third.has_value());
  gate.open();
  EXPECT_EQ(first->await(), 1);
  EXPECT_EQ(second->await(), 2);
  EXPECT_EQ(chain.submit(4).await(), 4);
  chain.close();
  EXPECT_THROW(chain.try_submit(5), std::logic_error);
}

TEST(BackPressureHidden, CloseDrainsEveryStage) {
  contract("What was taken before close() goes through all stages, however slow they are.",
           "the-end-travels");
  Gate gate;
  std::atomic<int> done{0};
  std::vector<Future<int>> futures;
  auto chain = chain_of<int>(stage(3, same), stage(1, same), stage(1, [&](int n) {
                               gate.wait();
                               ++done;
                               return n;
                             }));
  const AtTheEnd opening([&] { gate.open(); });
  for (int i = 0; i < 8; ++i) futures.push_back(chain.submit(i));
  chain.close();
  chain.close();
  EXPECT_THROW(chain.submit(8), std::logic_error);
  gate.open();
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(futures[static_cast<std::size_t>(i)].await(), i);
  }
  EXPECT_EQ(done, 8);
}

TEST(BackPressureHidden, CloseRefusesWhoWaitsForRoom) {
  contract("Whoever waits in submit() when the chain is closed is refused, then and there.",
           "the-end-travels");
  Gate gate;
  Tally refused;
  Tally begun;
  auto chain = chain_of<int>(stage(1, [&](int n) {
    begun.add();
    gate.wait();
    return n;
  }));
  chain.submit(1);
  begun.wait_for(1);
  chain.submit(2);
  Crowd full;
  std::jthread other([&] {
    full.arriving();
    try {
      chain.submit(3);
    } catch (const std::logic_error&) {
      refused.add();
    }
  });
  const AtTheEnd opening([&] { gate.open(); });
  full.wait_until_parked(1);
  chain.close();
  refused.wait_for(1);  // although the gate is closed
}

TEST(BackPressureHidden, TheDestructorDrains) {
  contract("When a chain is gone, every future of it is settled.", "the-end-travels");
  std::vector<Future<int>> futures;
  {
    auto chain = chain_of<int>(stage(unbounded, same), stage(2, same), stage(1, [](int n) {
                                 std::this_thread::yield();
                                 return n;
                               }));
    for (int i = 0; i < 50; ++i) futures.push_back(chain.submit(i));
  }
  for (const auto& future : futures) EXPECT_TRUE(future.ready() && future.result().has_value());
}

TEST(BackPressureHidden, AwkwardItemsPass) {
  contract("Items and functions that can only be moved pass, and void is a Unit on its way.",
           "stages-in-a-chain");
  auto chain = chain_of<MoveOnly>(
      stage(1, [](MoveOnly item) { return MoveOnly(*item.value + 1); }),
      stage(1,
            [one = std::make_unique<int>(1)](const MoveOnly& item) { return *item.value + *one; }),
      stage(1,
            [](int n) -> Result<int> {
              if (n < 0) return failure(std::runtime_error("negative"));
              return n;
            }),
      stage(1, [](int) {}), stage(1, [](Unit) { return std::string("done"); }));
  const Future<std::string> good = chain.submit(MoveOnly(1));
  const Future<std::string> bad = chain.submit(MoveOnly(-5));
  EXPECT_EQ(good.await(), "done");
  EXPECT_EQ(thrown_by([&] { bad.await(); }), "negative");
}

TEST(BackPressureHidden, WhateverIsThrownCostsNoThread) {
  contract("Whatever a stage throws, and a value that throws as it is moved, end that item only.",
           "an-error-ends-one-item");
  auto chain = chain_of<int>(stage(1,
                                   [](int n) {
                                     if (n == 1) throw 1;  // NOLINT: no std::exception
                                     return ThrowsOnMove(n, n == 2);
                                   }),
                             stage(1, [](const ThrowsOnMove& item) { return item.value; }));
  const Future<int> one = chain.submit(1);
  const Future<int> two = chain.submit(2);
  const Future<int> three = chain.submit(3);
  EXPECT_EQ(thrown_by([&] { one.await(); }), "no std::exception");
  EXPECT_EQ(thrown_by([&] { two.await(); }), "move");
  EXPECT_EQ(three.await(), 3);
}

TEST(BackPressureHidden, ManyProducersOneBound) {
  contract("The bound holds for all producers together, and nobody's item is lost.",
           "the-wait-travels");
  expect_written();
  constexpr int producers = 4;
  constexpr int each = 50;
  Scale scale;
  std::array<int, producers> last{};  // no lock: one thread is the last stage
  int out = 0;
  bool in_order = true;
  {
    auto chain = chain_of<Parcel>(stage(1, hand_on), stage(2, [&](const Parcel& parcel) {
                                    const auto producer =
                                        static_cast<std::size_t>(parcel.number / 1000);
                                    const int turn = parcel.number % 1000 + 1;
                                    in_order = in_order && turn == last[producer] + 1;
                                    last[producer] = turn;
                                    ++out;
                                  }));
    std::vector<std::jthread> threads;
    for (int producer = 0; producer < producers; ++producer) {
      threads.emplace_back([&chain, &scale, producer] {
        for (int i = 0; i < each; ++i) chain.submit(Parcel(scale, 1000 * producer + i));
      });
    }
  }
  EXPECT_EQ(out, producers * each);
  EXPECT_TRUE(in_order) << "items of one producer overtook each other";
  EXPECT_LE(scale.highest(), (1 + 1) + (2 + 1) + producers);
}

TEST(BackPressureHidden, AStageMayUseItsChain) {
  contract("No lock is held while a stage works: it may put follow-ups into its own chain.",
           "stages-in-a-chain");
  Chain<int, Unit>* self = nullptr;
  Tally out;
  auto chain = chain_of<int>(stage(8, same), stage(8, [&](int n) {
                               if (n > 0) self->try_submit(n - 1);
                               out.add();
                             }));
  self = &chain;
  chain.submit(5);
  out.wait_for(6);
}

TEST(BackPressureHidden, AThreadForEachStage) {
  contract("There is one thread for each stage, however many items there are.",
           "stages-in-a-chain");
  std::array<std::set<std::thread::id>, 3> threads;  // each used by one stage only
  {
    auto chain = chain_of<int>(stage(2,
                                     [&](int n) {
                                       threads[0].insert(std::this_thread::get_id());
                                       return n;
                                     }),
                               stage(1,
                                     [&](int n) {
                                       threads[1].insert(std::this_thread::get_id());
                                       return n;
                                     }),
                               stage(3, [&](int n) {
                                 threads[2].insert(std::this_thread::get_id());
                                 return n;
                               }));
    for (int i = 0; i < 100; ++i) chain.submit(i);
  }
  std::set<std::thread::id> all;
  for (const auto& used : threads) {
    EXPECT_EQ(used.size(), 1U);
    all.insert(used.begin(), used.end());
  }
  EXPECT_EQ(all.size(), 3U);
  EXPECT_FALSE(all.contains(std::this_thread::get_id()));
}

TEST(BackPressureHidden, StagesWorkAtTheSameTime) {
  contract("While one stage works on an item, the one before it works on the next.",
           "stages-in-a-chain");
  Gate met;
  Tally first;
  auto chain = chain_of<int>(stage(1,
                                   [&](int n) {
                                     first.add();
                                     return n;
                                   }),
                             stage(1, [&](int n) {
                               if (n == 0) met.wait();
                               return n;
                             }));
  const AtTheEnd opening([&] { met.open(); });
  const Future<int> slow = chain.submit(0);
  const Future<int> next = chain.submit(1);
  first.wait_for(2);
  EXPECT_FALSE(slow.ready());
  met.open();
  EXPECT_EQ(next.await(), 1);
}

}  // namespace
