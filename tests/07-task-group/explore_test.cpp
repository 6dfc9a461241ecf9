#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "07-task-group/profile.hpp"
#include "07-task-group/task_group.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/words.hpp"

namespace {

using promissory::Backend;
using promissory::fetch_profile;
using promissory::Order;
using promissory::Profile;
using promissory::Recommendation;
using promissory::Result;
using promissory::TaskGroup;
using promissory::Unit;
using promissory::User;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::words;

TEST(TaskGroupExplored, WaitMissesNobody) {
  contract("However the children end, wait() returns, and after the last of them.",
           "a-scope-for-threads");
  EXPLORE({}) {
    int first = 0;  // no atomics: wait() orders them
    int second = 0;
    TaskGroup group;
    group.go([&] { first = 1; });
    group.go([&] { second = 1; });
    EXPECT_EQ(words(group.wait()), "none");
    EXPECT_EQ(first + second, 2);
  };
}

TEST(TaskGroupExplored, TheFirstErrorIsTheCause) {
  contract("Of two errors at the same time one is the group's, and the cause is the same one.",
           "record-then-stop");
  EXPLORE({}) {
    TaskGroup group;
    group.go([] { throw std::runtime_error("one"); });
    group.go([] { throw std::runtime_error("other"); });
    const std::string early = words(group.cause());
    const std::string error = words(group.wait());
    EXPECT_TRUE(error == "one" || error == "other") << error;
    EXPECT_TRUE(early == "none" || early == error) << early;
    EXPECT_EQ(words(group.cause()), error);
  };
}

TEST(TaskGroupExplored, TheStopIsNeverTheFirstError) {
  contract("A sibling that throws because it was stopped never hides why it was stopped.",
           "record-then-stop");
  EXPLORE({}) {
    Gate never;
    TaskGroup group;
    group.go([&](std::stop_token token) {
      never.wait(token);
      EXPECT_EQ(words(group.cause()), "root");
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    });
    group.go([] { throw std::runtime_error("root"); });
    EXPECT_EQ(words(group.wait()), "root");
  };
}

TEST(TaskGroupExplored, GoMeetsWait) {
  contract("A go() that meets wait() is either refused or waited for.", "the-group-is-over");
  EXPLORE({}) {
    int ran = 0;
    bool refused = false;
    TaskGroup group;
    group.go([] {});
    std::jthread late([&] {
      try {
        group.go([&] { ran = 1; });
      } catch (const std::logic_error&) {
        refused = true;
      }
    });
    EXPECT_EQ(words(group.wait()), "none");
    const int seen = ran;
    late.join();
    EXPECT_EQ(seen, refused ? 0 : 1);
  };
}

TEST(TaskGroupExplored, AChildStartsAnotherWhileTwoWait) {
  contract("Two waits see the end of a grandchild, whenever it is started.", "the-group-is-over");
  EXPLORE({.schedules = 500}) {
    int ran = 0;
    TaskGroup group;
    group.go([&] { group.go([&] { ran = 1; }); });
    std::jthread other([&] {
      EXPECT_EQ(words(group.wait()), "none");
      EXPECT_EQ(ran, 1);
    });
    EXPECT_EQ(words(group.wait()), "none");
    EXPECT_EQ(ran, 1);
  };
}

TEST(TaskGroupExplored, AParentIsStoppedAsTheGroupEnds) {
  contract("The parent's stop meets a whole group or none, and a child that waits hears it.",
           "the-groups-own-token");
  EXPLORE({.schedules = 500}) {
    Gate never;
    std::stop_source parent;
    std::jthread stopping([&] { parent.request_stop(); });
    {
      TaskGroup group(parent.get_token());
      group.go([&](std::stop_token token) { never.wait(token); });
      EXPECT_EQ(words(group.wait()), "none");
      EXPECT_EQ(words(group.cause()), "canceled");
    }
    { const TaskGroup short_lived(parent.get_token()); }
  };
}

TEST(TaskGroupExplored, TheDestructorLeavesNobody) {
  contract("The destructor stops and joins, however far the children are.", "no-orphans");
  EXPLORE({}) {
    Gate never;
    int ended = 0;
    {
      TaskGroup group;
      group.go([&](std::stop_token token) {
        never.wait(token);
        ++ended;
      });
    }
    EXPECT_EQ(ended, 1);
  };
}

/// One call fails; the others wait until they are told.
class FailingBackend : public Backend {
 public:
  User fetch_user(const std::string&, std::stop_token) override {
    throw std::out_of_range("no such user");
  }
  std::vector<Order> fetch_orders(const std::string&, std::stop_token token) override {
    wait_in_vain(std::move(token));
    return {};
  }
  std::vector<Recommendation> fetch_recommendations(const std::string&,
                                                    std::stop_token token) override {
    wait_in_vain(std::move(token));
    return {};
  }

 private:
  void wait_in_vain(std::stop_token token) {
    if (never_.wait(token)) return;
    throw std::system_error(std::make_error_code(std::errc::operation_canceled));
  }

  Gate never_;
};

TEST(FetchProfileExplored, TheSlowCallsSeeTheStop) {
  contract("A call that fails stops the two that wait, and its error is the answer.",
           "fetch-profile");
  EXPLORE({.schedules = 500}) {
    FailingBackend backend;
    EXPECT_EQ(words(fetch_profile(backend, "u7")), "no such user");
  };
}

}  // namespace
