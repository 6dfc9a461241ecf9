// Property: whoever fails, listens to its token, or starts others, and whatever else stops the
// group: when wait() returns, everybody who was started has ended; those who waited for the stop
// have heard it; and the error is the one that somebody threw of its own accord, never an echo of
// the stop.
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <utility>

#include "07-task-group/profile.hpp"
#include "07-task-group/task_group.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Result;
using promissory::TaskGroup;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Gate;

/// A kind of child for each digit of a case.
enum Kind { succeeds, fails, listens, starts_others, kinds };

struct Family {
  explicit Family(std::stop_token parent) : group(std::move(parent)) {}

  Gate never;
  std::atomic<int> started{0};
  std::atomic<int> ended{0};
  std::atomic<bool> somebody_fails{false};
  TaskGroup group;  // last: gone before anything that the children use

  void add(Kind kind) {
    ++started;
    if (kind == fails) somebody_fails = true;
    group.go([this, kind](const std::stop_token& token) {
      struct Leave {
        std::atomic<int>& ended;
        ~Leave() { ++ended; }
      } const leave{ended};
      switch (kind) {
        case fails:
          throw std::out_of_range("of its own accord");
        case listens:
          EXPECT_FALSE(never.wait(token));
          EXPECT_NE(group.cause(), nullptr) << "stopped for no reason";
          throw std::system_error(std::make_error_code(std::errc::operation_canceled));
        case starts_others:
          add(listens);
          add(fails);
          break;
        default:
          break;
      }
    });
  }
};

void try_case(int digits, bool parent_stops) {
  std::stop_source parent;
  Family family(parent.get_token());
  bool somebody_listens = false;
  for (int child = 0; child < 3; ++child, digits /= kinds) {
    const Kind kind = static_cast<Kind>(digits % kinds);
    somebody_listens = somebody_listens || kind == listens;
    family.add(kind);
  }
  if (parent_stops) parent.request_stop();
  // Without a failure or a parent's stop those who listen would rightly wait for ever.
  if (somebody_listens) family.add(fails);
  const Result<Unit> all = family.group.wait();
  ASSERT_EQ(family.ended, family.started) << "wait() has left somebody behind";
  ASSERT_EQ(all.has_value(), !family.somebody_fails);
  if (all || parent_stops) return;
  ASSERT_THROW(std::rethrow_exception(all.error()), std::out_of_range);
  ASSERT_EQ(family.group.cause(), all.error());
}

TEST(MyTaskGroup, NobodyIsLeftBehindAndTheErrorIsNoEcho) {
  contract("Whatever the children do, wait() returns after all of them, with the first true error.",
           "a-scope-for-threads");
  for (int round = 0; round < 3; ++round) {
    for (int digits = 0; digits < kinds * kinds * kinds && !HasFatalFailure(); ++digits) {
      try_case(digits, false);
      try_case(digits, true);
    }
  }
}

}  // namespace
