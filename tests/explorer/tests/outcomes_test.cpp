// Sleep sets leave out schedules, never outcomes: what the thinned search sees is what the plain
// one sees, and neither misses what random search finds.
#include <gtest/gtest.h>
#include <semaphore.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "explorer/explorer.hpp"

namespace promissory::explorer {
namespace {

using Outcomes = std::vector<std::string>;

struct Seen {
  Outcomes outcomes;
  Result result;
};

Seen see(Options options, const std::function<void()>& body) {
  options.leaks = false;
  Seen seen;
  seen.outcomes = outcomes_of(options, body, &seen.result);
  EXPECT_FALSE(seen.result.failure) << seen.result.failure->text;
  return seen;
}

void expect_outcomes(const Outcomes& expected, const std::function<void()>& body) {
  const Seen thinned = see({.schedules = 100'000, .strategy = Strategy::exhaustive}, body);
  const Seen plain =
      see({.schedules = 100'000, .strategy = Strategy::exhaustive, .sleep_sets = false}, body);
  EXPECT_TRUE(thinned.result.exhausted) << thinned.result.why_not_exhausted;
  EXPECT_TRUE(plain.result.exhausted) << plain.result.why_not_exhausted;
  EXPECT_EQ(thinned.outcomes, expected);
  EXPECT_EQ(plain.outcomes, expected);
  EXPECT_LT(thinned.result.schedules, plain.result.schedules);
  const Seen random = see({.schedules = 300}, body);
  for (const std::string& outcome : random.outcomes) {
    EXPECT_NE(std::find(expected.begin(), expected.end(), outcome), expected.end()) << outcome;
  }
}

TEST(Outcomes, OfStoreBuffering) {
  expect_outcomes({"0 1", "1 0", "1 1"}, [] {
    std::atomic<int> x = 0;
    std::atomic<int> y = 0;
    int seen_y = 0;
    std::thread other([&] {
      x = 1;
      seen_y = y;
    });
    y = 1;
    const int seen_x = x;
    other.join();
    outcome(std::to_string(seen_x) + " " + std::to_string(seen_y));
  });
}

TEST(Outcomes, OfMessagePassing) {
  expect_outcomes({"data 1, flag 0", "data 1, flag 1", "nothing"}, [] {
    std::atomic<int> data = 0;
    std::atomic<int> flag = 0;
    std::thread sender([&] {
      data.store(1, std::memory_order_relaxed);
      flag.store(1, std::memory_order_release);
    });
    const int seen_flag = flag.load(std::memory_order_acquire);
    const int seen_data = data.load(std::memory_order_relaxed);
    sender.join();
    outcome(seen_data == 0 ? "nothing" : "data 1, flag " + std::to_string(seen_flag));
  });
}

TEST(Outcomes, OfALostUpdate) {
  expect_outcomes({"1", "2"}, [] {
    std::atomic<int> count = 0;
    const auto add = [&] { count = count + 1; };
    std::thread other(add);
    add();
    other.join();
    outcome(std::to_string(count));
  });
}

TEST(Outcomes, OfThreeCounters) {
  expect_outcomes({"012", "021", "102", "120", "201", "210"}, [] {
    std::atomic<int> count = 0;
    int tickets[3];
    std::thread first([&] { tickets[1] = count++; });
    std::thread second([&] { tickets[2] = count++; });
    tickets[0] = count++;
    first.join();
    second.join();
    outcome(std::to_string(tickets[0]) + std::to_string(tickets[1]) + std::to_string(tickets[2]));
  });
}

TEST(Outcomes, OfAMutexThatIsHandedOver) {
  expect_outcomes({"abc", "acb", "bac", "bca", "cab", "cba"}, [] {
    std::mutex mutex;
    std::string order;
    const auto sign = [&](char name) {
      const std::lock_guard lock(mutex);
      order += name;
    };
    std::thread first(sign, 'a');
    std::thread second(sign, 'b');
    sign('c');
    first.join();
    second.join();
    outcome(order);
  });
}

TEST(Outcomes, OfTryLock) {
  expect_outcomes({"free", "taken"}, [] {
    std::mutex mutex;
    std::thread owner([&] { const std::lock_guard lock(mutex); });
    const std::unique_lock lock(mutex, std::try_to_lock);
    outcome(lock ? "free" : "taken");
    if (!lock) {
      owner.join();
      return;
    }
    mutex.unlock();
    owner.join();
    mutex.lock();
  });
}

TEST(Outcomes, OfAChoiceWhomToNotify) {
  expect_outcomes({"1 waits", "2 waits", "nobody waits"}, [] {
    std::mutex mutex;
    std::condition_variable changed;
    int tokens = 0;
    int waiting = 0;
    int woken = 0;
    bool is_over = false;
    const auto wait = [&](int me) {
      std::unique_lock lock(mutex);
      ++waiting;
      changed.wait(lock, [&] { return tokens > 0 || is_over; });
      --waiting;
      if (woken == 0) woken = me;
      --tokens;
    };
    std::thread first(wait, 1);
    std::thread second(wait, 2);
    int left = 0;
    {
      const std::lock_guard lock(mutex);
      left = waiting;
      ++tokens;
      changed.notify_one();
    }
    {
      const std::lock_guard lock(mutex);
      is_over = true;
      changed.notify_all();
    }
    first.join();
    second.join();
    // Who went first when both were there is what notify_one chose, or who came later was faster.
    outcome(left < 2 ? "nobody waits" : std::to_string(3 - woken) + " waits");
  });
}

TEST(Outcomes, OfASemaphore) {
  expect_outcomes({"both", "none", "one"}, [] {
    sem_t places;
    sem_init(&places, 0, 0);
    std::thread giver([&] {
      sem_post(&places);
      sem_post(&places);
    });
    int taken = sem_trywait(&places) == 0 ? 1 : 0;
    taken += sem_trywait(&places) == 0 ? 1 : 0;
    giver.join();
    sem_destroy(&places);
    outcome(taken == 0 ? "none" : taken == 1 ? "one" : "both");
  });
}

TEST(Outcomes, OfASharedMutex) {
  expect_outcomes({"after", "before"}, [] {
    std::shared_mutex mutex;
    int value = 0;
    std::thread writer([&] {
      const std::lock_guard lock(mutex);
      value = 1;
    });
    {
      const std::shared_lock lock(mutex);
      outcome(value == 0 ? "before" : "after");
    }
    writer.join();
  });
}

TEST(Outcomes, OfAnInitialisation) {
  expect_outcomes({"by T0", "by T1"}, [] {
    std::once_flag once;
    std::string who;
    std::thread other([&] { std::call_once(once, [&] { who = "by T1"; }); });
    std::call_once(once, [&] { who = "by T0"; });
    other.join();
    outcome(who);
  });
}

TEST(Outcomes, OfAPromiseWithTwoResolvers) {
  expect_outcomes({"1, 2 is late", "2, 1 is late"}, [] {
    std::promise<int> promise;
    std::string late;
    const auto resolve = [&](int mine) {
      try {
        promise.set_value(mine);
      } catch (const std::future_error&) {
        late = ", " + std::to_string(mine) + " is late";
      }
    };
    std::thread first(resolve, 1);
    resolve(2);
    const int value = promise.get_future().get();
    first.join();
    outcome(std::to_string(value) + late);
  });
}

}  // namespace
}  // namespace promissory::explorer
