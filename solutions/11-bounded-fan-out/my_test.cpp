// Property: whatever the weights, the limits, who fails and who gives up, there is never more
// inside than there is room for; every job is done exactly once, or its refusal was heard; and when
// all is over, everything that was taken has been given back.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "11-bounded-fan-out/bounded_group.hpp"
#include "11-bounded-fan-out/for_each_bounded.hpp"
#include "11-bounded-fan-out/semaphore.hpp"
#include "11-bounded-fan-out/worker_pool.hpp"
#include "support/contract.hpp"

namespace {

using promissory::BoundedGroup;
using promissory::for_each_bounded;
using promissory::Future;
using promissory::Result;
using promissory::Unit;
using promissory::WeightedSemaphore;
using promissory::WorkerPool;
using promissory::support::contract;

/// Goes up and down by weight, and complains when it is too high.
struct Gauge {
  const int room;
  std::atomic<int> level{0};

  void visit(int weight) {
    EXPECT_LE(level.fetch_add(weight) + weight, room);
    std::this_thread::yield();
    level.fetch_sub(weight);
  }
};

TEST(MyFanOut, NeverMorePermitsThanThereAreAndNoneLost) {
  contract("Permits are never overdrawn, and those who give up lose none.", "no-overtaking");
  constexpr int room = 5;
  for (int round = 0; round < 20; ++round) {
    WeightedSemaphore semaphore(room);
    Gauge gauge{room};
    std::stop_source impatience;
    std::latch start(room + 1);
    {
      std::vector<std::jthread> threads;
      for (int weight = 1; weight <= room; ++weight) {
        threads.emplace_back([&, weight] {
          start.arrive_and_wait();
          for (int visit = 0; visit < 20; ++visit) {
            try {
              // Every other visitor gives up half way through.
              semaphore.acquire(weight, weight % 2 ? std::stop_token() : impatience.get_token());
            } catch (const std::system_error&) {
              continue;
            }
            gauge.visit(weight);
            semaphore.release(weight);
          }
        });
      }
      start.arrive_and_wait();
      impatience.request_stop();
    }
    ASSERT_TRUE(semaphore.try_acquire(room)) << "permits were lost";
    ASSERT_THROW(semaphore.release(room + 1), std::logic_error) << "permits were made up";
  }
}

TEST(MyFanOut, AnErrorEndsIt) {
  contract("No item is done twice, and with a limit of 1 none after the one that fails.",
           "the-first-error-stops-the-rest");
  for (int limit = 1; limit <= 4; ++limit) {
    for (int failing : {0, 5, 19}) {
      Gauge gauge{limit};
      std::vector<std::atomic<int>> calls(20);
      const Result<Unit> all = for_each_bounded(std::views::iota(0, 20), limit, [&](int item) {
        ++calls[item];
        gauge.visit(1);
        if (item == failing) throw std::out_of_range("job");
      });
      ASSERT_FALSE(all.has_value());
      for (int item = 0; item < 20; ++item) {
        ASSERT_LE(calls[item], 1);
        // With several workers an item before the one that fails may be left undone, too.
        if (limit == 1) {
          ASSERT_EQ(calls[item], item <= failing ? 1 : 0);
        }
      }
    }
  }
}

TEST(MyFanOut, AFullGroupEndsAtTheFirstError) {
  contract("A loop over go() ends at an error, and no child is begun after it.",
           "a-full-group-hears");
  for (int failing = 0; failing < 10; ++failing) {
    std::atomic<int> begun{0};
    BoundedGroup group;
    group.set_limit(1);
    int refused = 0;
    for (int child = 0; child < 10; ++child) {
      try {
        group.go([&begun, failing, child] {
          ++begun;
          if (child == failing) throw std::out_of_range("child");
        });
      } catch (const std::system_error&) {
        ++refused;
      }
    }
    ASSERT_FALSE(group.wait().has_value());
    ASSERT_EQ(begun, failing + 1);
    ASSERT_EQ(refused, 9 - failing);
  }
}

TEST(MyFanOut, EveryJobThatWasTakenIsDone) {
  contract("Whenever the pool is closed, what submit() took is done and the rest was refused.",
           "close-drains");
  for (int round = 0; round < 20; ++round) {
    constexpr int workers = 2;
    Gauge gauge{workers};
    std::atomic<int> done{0};
    std::atomic<int> taken{0};
    {
      WorkerPool pool(workers, 1 + round % 3);
      std::vector<std::jthread> submitting;
      for (int i = 0; i < 3; ++i) {
        submitting.emplace_back([&] {
          try {
            for (int job = 0; job < 20; ++job) {
              const Future<Unit> future = pool.submit([&] {
                gauge.visit(1);
                ++done;
              });
              ++taken;
            }
          } catch (const std::logic_error&) {
          }
        });
      }
      if (round % 2) pool.close();
      submitting.clear();
    }
    ASSERT_EQ(done, taken);
    ASSERT_TRUE(round % 2 || taken == 60);
  }
}

}  // namespace
