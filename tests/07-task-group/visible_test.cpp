// In the order in which one would build it: each test asks for a little more than the one before.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <functional>
#include <latch>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "07-task-group/profile.hpp"
#include "07-task-group/task_group.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"
#include "support/words.hpp"

namespace {

using promissory::Backend;
using promissory::failure;
using promissory::fetch_profile;
using promissory::Order;
using promissory::Profile;
using promissory::Recommendation;
using promissory::Result;
using promissory::TaskGroup;
using promissory::Unit;
using promissory::User;
using promissory::support::contract;
using promissory::support::HeldGate;
using promissory::support::ParkingSpot;
using promissory::support::words;

TEST(TaskGroup, RunsItsChildrenOnThreadsOfTheirOwn) {
  contract("go() runs each function once, on a thread of its own; wait() succeeds when all have.",
           "a-scope-for-threads");
  const std::thread::id here = std::this_thread::get_id();
  std::atomic<int> elsewhere{0};
  TaskGroup group;
  for (int i = 0; i < 4; ++i) {
    group.go([&elsewhere, here] { elsewhere += std::this_thread::get_id() != here ? 1 : 100; });
  }
  EXPECT_TRUE(group.wait().has_value());
  EXPECT_EQ(elsewhere.load(), 4);
}

TEST(TaskGroup, WaitsUntilEveryChildHasReturned) {
  contract("wait() blocks until the last child has returned.", "a-scope-for-threads");
  HeldGate gate;
  std::atomic<bool> returned{false};
  TaskGroup group;
  group.go([] {});
  group.go([&] {
    gate.wait();
    returned = true;
  });
  ParkingSpot spot;
  std::jthread opening([&] {
    spot.wait_until_parked();
    gate.open();
  });
  spot.arriving();
  EXPECT_TRUE(group.wait().has_value());
  EXPECT_TRUE(returned.load());
}

TEST(TaskGroup, GivesOutTheErrorOfTheChildThatFails) {
  contract("What a child throws is the error that wait() returns.", "one-error");
  TaskGroup group;
  group.go([] {});
  group.go([] { throw std::out_of_range("no such user"); });
  const Result<Unit> all = group.wait();
  ASSERT_FALSE(all.has_value());
  EXPECT_THROW(std::rethrow_exception(all.error()), std::out_of_range);
  EXPECT_EQ(words(all.error()), "no such user");
}

TEST(TaskGroup, AResultWithoutAValueIsAFailure) {
  contract("A child fails by throwing or by returning a failed Result; other values are dropped.",
           "one-error");
  TaskGroup succeeding;
  succeeding.go([] { return 7; });
  succeeding.go([] { return std::make_unique<int>(7); });
  succeeding.go([]() -> Result<int> { return 7; });
  EXPECT_TRUE(succeeding.wait().has_value());

  TaskGroup failing;
  failing.go([]() -> Result<int> { return failure(std::runtime_error("no value")); });
  const Result<Unit> all = failing.wait();
  ASSERT_FALSE(all.has_value());
  EXPECT_EQ(words(all.error()), "no value");
}

TEST(TaskGroup, TheFirstErrorStopsTheOthers) {
  contract("When a child fails, the token of the others is stopped.", "fail-together");
  HeldGate never;
  std::atomic<int> heard{0};
  TaskGroup group;
  for (int i = 0; i < 2; ++i) {
    group.go([&](std::stop_token token) { heard += never.wait(token) ? 100 : 1; });
  }
  group.go([] { throw std::runtime_error("broken"); });
  const Result<Unit> all = group.wait();
  EXPECT_EQ(heard.load(), 2) << "a child did not see the stop";
  ASSERT_FALSE(all.has_value());
  EXPECT_EQ(words(all.error()), "broken");
}

TEST(TaskGroup, SaysWhyItWasStopped) {
  contract("cause() is null until the group is stopped, and then the first reason.", "the-cause");
  TaskGroup failing;
  EXPECT_EQ(failing.cause(), nullptr);
  failing.go([] { throw std::runtime_error("broken"); });
  EXPECT_FALSE(failing.wait().has_value());
  EXPECT_EQ(words(failing.cause()), "broken");

  TaskGroup stopped;
  EXPECT_TRUE(stopped.request_stop());
  EXPECT_EQ(words(stopped.cause()), "canceled");
  EXPECT_FALSE(stopped.request_stop()) << "only the first call stops it";

  TaskGroup lucky;
  lucky.go([] {});
  EXPECT_TRUE(lucky.wait().has_value());
  EXPECT_EQ(lucky.cause(), nullptr);
  EXPECT_FALSE(lucky.token().stop_requested()) << "nobody has stopped it";
}

TEST(TaskGroup, CanBeAskedToStop) {
  contract("request_stop() reaches every child; one that returns nevertheless has not failed.",
           "a-stop-is-a-request");
  HeldGate never;
  TaskGroup group;
  const std::stop_token token = group.token();
  EXPECT_FALSE(token.stop_requested());
  group.go([&](std::stop_token mine) { never.wait(mine); });
  group.go([&](std::stop_token mine) { never.wait(mine); });
  EXPECT_TRUE(group.request_stop());
  EXPECT_TRUE(token.stop_requested());
  EXPECT_TRUE(group.wait().has_value());
}

TEST(TaskGroup, HearsItsParent) {
  contract("When the parent's token is stopped, so is the group; not the other way round.",
           "the-groups-own-token");
  HeldGate never;
  std::stop_source parent;
  TaskGroup group(parent.get_token());
  group.go([&](std::stop_token token) { never.wait(token); });
  EXPECT_FALSE(group.token().stop_requested());
  parent.request_stop();
  EXPECT_TRUE(group.wait().has_value());
  EXPECT_EQ(words(group.cause()), "canceled");

  std::stop_source calm;
  TaskGroup failing(calm.get_token());
  failing.go([] { throw std::runtime_error("broken"); });
  EXPECT_FALSE(failing.wait().has_value());
  EXPECT_TRUE(failing.token().stop_requested());
  EXPECT_FALSE(calm.stop_requested());
}

TEST(TaskGroup, NoChildOutlivesIt) {
  contract("The destructor asks the children to stop and waits for them.", "no-orphans");
  HeldGate never;
  std::atomic<int> ended{0};
  {
    TaskGroup group;
    for (int i = 0; i < 2; ++i) {
      group.go([&](std::stop_token token) {
        never.wait(token);
        ++ended;
      });
    }
  }
  EXPECT_EQ(ended.load(), 2);
}

TEST(TaskGroup, StartsNobodyAfterWait) {
  contract("go() after wait() throws logic_error and does not run its function.",
           "the-group-is-over");
  std::atomic<bool> ran{false};
  TaskGroup group;
  group.go([] {});
  EXPECT_TRUE(group.wait().has_value());
  try {
    group.go([&] { ran = true; });
    ADD_FAILURE() << "go() took a child that nobody waits for";
  } catch (const std::logic_error& over) {
    EXPECT_STRNE(over.what(), "");
  }
  EXPECT_TRUE(group.wait().has_value()) << "the same answer as before";
  EXPECT_FALSE(ran.load());
}

TEST(TaskGroup, AChildMayStartOthers) {
  contract("A child starts siblings at any time, also while wait() waits for it.",
           "the-group-is-over");
  std::atomic<int> ran{0};
  TaskGroup group;
  group.go([&] {
    group.go([&] {
      group.go([&] { ++ran; });
      ++ran;
    });
    ++ran;
  });
  EXPECT_TRUE(group.wait().has_value());
  EXPECT_EQ(ran.load(), 3);
}

/// Answers at once, unless it is told what to do instead.
class FakeBackend : public Backend {
 public:
  User fetch_user(const std::string& id, std::stop_token token) override {
    if (on_user) on_user(token);
    return {id, "Ada"};
  }
  std::vector<Order> fetch_orders(const std::string& id, std::stop_token token) override {
    if (on_orders) on_orders(token);
    return {{id + "-1"}, {id + "-2"}};
  }
  std::vector<Recommendation> fetch_recommendations(const std::string& id,
                                                    std::stop_token token) override {
    if (on_recommendations) on_recommendations(token);
    return {{"for-" + id}};
  }

  std::function<void(std::stop_token)> on_user;
  std::function<void(std::stop_token)> on_orders;
  std::function<void(std::stop_token)> on_recommendations;
};

TEST(FetchProfile, PutsTheThreeAnswersTogether) {
  contract("fetch_profile() returns what the three calls have returned.", "fetch-profile");
  FakeBackend backend;
  const Result<Profile> profile = fetch_profile(backend, "u7");
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(profile->user.id, "u7");
  EXPECT_EQ(profile->user.name, "Ada");
  ASSERT_EQ(profile->orders.size(), 2U);
  EXPECT_EQ(profile->orders[1].id, "u7-2");
  ASSERT_EQ(profile->recommendations.size(), 1U);
  EXPECT_EQ(profile->recommendations[0].sku, "for-u7");
}

TEST(FetchProfile, MakesItsCallsAtTheSameTime) {
  contract("The three calls are under way together; none waits for another to end.",
           "fetch-profile");
  std::latch all_there(3);
  const auto meet = [&](const std::stop_token&) { all_there.arrive_and_wait(); };
  FakeBackend backend;
  backend.on_user = meet;
  backend.on_orders = meet;
  backend.on_recommendations = meet;
  EXPECT_TRUE(fetch_profile(backend, "u7").has_value());
}

TEST(FetchProfile, ASlowCallSeesTheStop) {
  contract("When one call fails, the slow ones see the stop, and its error is the answer.",
           "fetch-profile");
  HeldGate never;
  std::latch slow_ones_wait(2);
  std::atomic<int> saw_the_stop{0};
  const auto be_slow = [&](const std::stop_token& token) {
    slow_ones_wait.count_down();
    if (never.wait(token)) return;
    ++saw_the_stop;
    throw std::system_error(std::make_error_code(std::errc::operation_canceled));
  };
  FakeBackend backend;
  backend.on_user = [&](const std::stop_token&) {
    slow_ones_wait.wait();
    throw std::out_of_range("no such user");
  };
  backend.on_orders = be_slow;
  backend.on_recommendations = be_slow;
  const Result<Profile> profile = fetch_profile(backend, "u7");
  EXPECT_EQ(saw_the_stop.load(), 2);
  ASSERT_FALSE(profile.has_value());
  EXPECT_THROW(std::rethrow_exception(profile.error()), std::out_of_range);
}

}  // namespace
