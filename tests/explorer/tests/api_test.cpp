// What a test author relies on: options, failures, refusals, replays.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "explorer/explorer.hpp"

namespace promissory::explorer {
namespace {

using namespace std::chrono_literals;

void lost_update() {
  std::atomic<int> count{0};
  const auto add = [&] { count = count + 1; };
  std::jthread first(add);
  std::jthread second(add);
  first.join();
  second.join();
  EXPECT_EQ(count, 2) << "an update was lost";
}

void waits_for_ever() {
  std::promise<int> promise;
  promise.get_future().wait();
}

/// Sets an environment variable for as long as it lives.
class Setting {
 public:
  Setting(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Setting() { unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
};

TEST(Api, AFailureIsAnOrdinaryFailure) {
  EXPECT_NONFATAL_FAILURE(
      {
        EXPLORE({}) {
          lost_update();
        };
      },
      "an update was lost");
  EXPECT_NONFATAL_FAILURE(
      {
        EXPLORE({}) {
          waits_for_ever();
        };
      },
      "deadlock");
}

TEST(Api, ABodyThatIsRightPasses) {
  EXPLORE({.schedules = 50}) {
    EXPECT_TRUE(exploring());
  };
  EXPECT_FALSE(exploring());
}

class ApiFixture : public testing::Test {
 protected:
  void SetUp() override { made_in_set_up_ = 7; }
  int made_in_set_up_ = 0;
};

TEST_F(ApiFixture, EverySchedulesBeginsWithTheFixtureAsItWas) {
  EXPLORE({.schedules = 20}) {
    EXPECT_EQ(made_in_set_up_, 7);
    made_in_set_up_ = 8;
  };
  EXPECT_EQ(made_in_set_up_, 7);
}

TEST(Api, TenSecondsTakeNoTime) {
  const auto begin = std::chrono::steady_clock::now();
  EXPLORE({.schedules = 100}) {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::jthread slow([&] {
      std::this_thread::sleep_for(10s);
      promise.set_value(1);
    });
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_EQ(future.wait_for(100ms), std::future_status::timeout);
    EXPECT_GE(std::chrono::steady_clock::now() - asked, 100ms);
    EXPECT_EQ(future.get(), 1);
    EXPECT_GE(std::chrono::steady_clock::now() - asked, 10s);
  };
  // A thousand seconds were slept through.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 300s);
}

// request_stop() yields while another thread registers a callback: that thread is on its way, or
// has gone to sleep since, and no time passes for it.
TEST(Api, TimeStandsStillForAThreadThatYields) {
  EXPLORE({.schedules = 2000}) {
    const auto begin = std::chrono::steady_clock::now();
    {
      std::jthread waiter([](const std::stop_token& token) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, token, 1h, [] { return false; });
      });
    }
    EXPECT_EQ(std::chrono::steady_clock::now(), begin);
  };
}

TEST(Api, AnEarlyTimeoutIsTriedWhenAskedFor) {
  const auto impatient = [] {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::jthread quick([&] { promise.set_value(1); });
    EXPECT_EQ(future.wait_for(1h), std::future_status::ready);
  };
  EXPECT_FALSE(explore({}, impatient).failure);
  EXPECT_TRUE(explore({.early_timeouts = true}, impatient).failure);
}

TEST(Api, ReplayGivesTheSameFailure) {
  const Result first = explore({.seed = 5}, lost_update);
  ASSERT_TRUE(first.failure);
  const Setting replay("PROMISSORY_EXPLORE_REPLAY", first.failure->replay);
  const Result again = explore({}, lost_update);
  ASSERT_TRUE(again.failure);
  EXPECT_EQ(again.schedules, 1);
  EXPECT_EQ(again.failure->schedule, first.failure->schedule);
  EXPECT_EQ(again.failure->text, first.failure->text);
}

TEST(Api, TheEnvironmentGoesBeforeTheOptions) {
  const Setting schedules("PROMISSORY_EXPLORE_SCHEDULES", "3");
  EXPECT_EQ(explore({.schedules = 500}, [] {}).schedules, 3);
}

TEST(Api, WhatIsNotAReplayIsRefused) {
  for (const char* wrong : {"37", "mix:1", "luck:1:2"}) {
    const Setting replay("PROMISSORY_EXPLORE_REPLAY", wrong);
    EXPECT_THROW(explore({}, [] {}), std::invalid_argument) << wrong;
  }
}

TEST(Api, ExhaustionIsClaimedOnlyWhenItIsTrue) {
  const auto two_locks = [] {
    std::mutex mutex;
    const auto lock = [&] { const std::lock_guard guard(mutex); };
    std::jthread first(lock);
    std::jthread second(lock);
  };
  const Result all = explore({.strategy = Strategy::exhaustive}, two_locks);
  EXPECT_TRUE(all.exhausted);
  EXPECT_EQ(all.why_not_exhausted, "");

  const Result few = explore({.schedules = 2, .strategy = Strategy::exhaustive}, two_locks);
  EXPECT_FALSE(few.exhausted);
  EXPECT_NE(few.why_not_exhausted, "");

  const Result bounded = explore({.strategy = Strategy::exhaustive, .preemptions = 1}, two_locks);
  EXPECT_FALSE(bounded.exhausted);
  EXPECT_NE(bounded.why_not_exhausted, "");

  const auto spin = [] {
    std::atomic<bool> is_set{false};
    std::jthread setter([&] { is_set = true; });
    while (!is_set) std::this_thread::yield();
  };
  const Result spun = explore({.strategy = Strategy::exhaustive}, spin);
  EXPECT_FALSE(spun.exhausted);
  EXPECT_NE(spun.why_not_exhausted, "");

  EXPECT_FALSE(explore({}, two_locks).exhausted) << "a random walk proves nothing";
}

TEST(Api, ABodyThatExploresIsRefused) {
  const Result result = explore({.schedules = 1}, [] { explore({}, [] {}); });
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->kind, "uncaught exception");
}

TEST(Api, AProcessWithOtherThreadsIsRefused) {
  std::promise<void> gate;
  std::jthread other([opened = gate.get_future()] { opened.wait(); });
  EXPECT_THROW(explore({}, [] {}), std::logic_error);
  gate.set_value();
}

TEST(Api, WhatHangsWhereTheExplorerCannotSeeIsEnded) {
  const Result result = explore({.schedules = 1, .patience = 200ms}, [] {
    volatile bool is_over = false;
    while (!is_over) continue;
  });
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->kind, "stuck");
}

TEST(Api, TheReportShowsColumnsSourceAndReplay) {
  const Result result = explore({}, lost_update);
  ASSERT_TRUE(result.failure);
  const std::string& text = result.failure->text;
  EXPECT_NE(text.find("T0 (test)"), std::string::npos) << text;
  EXPECT_NE(text.find("load A1: 0"), std::string::npos) << text;
  EXPECT_NE(text.find("store A1: 1 → 1"), std::string::npos) << text;
  EXPECT_NE(text.find("count = count + 1"), std::string::npos) << text;
  EXPECT_NE(text.find("PROMISSORY_EXPLORE_REPLAY=mix:1:"), std::string::npos) << text;
  EXPECT_EQ(result.failure->preemptions, 1) << "one preemption is enough for a lost update\n"
                                            << text;
}

TEST(Api, ADeadlockSaysWhoWaitsForWhatAndWhoHoldsIt) {
  const Result result = explore({}, [] {
    std::mutex left;
    std::mutex right;
    std::jthread other([&] {
      const std::lock_guard first(right);
      const std::lock_guard second(left);
    });
    const std::lock_guard first(left);
    const std::lock_guard second(right);
  });
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->kind, "deadlock");
  ASSERT_EQ(result.failure->notes.size(), 2U);
  EXPECT_NE(result.failure->notes[0].text.find("which T1 holds"), std::string::npos);
  EXPECT_NE(result.failure->notes[1].text.find("which T0 holds"), std::string::npos);
}

}  // namespace
}  // namespace promissory::explorer
