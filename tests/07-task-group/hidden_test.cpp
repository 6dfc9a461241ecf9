#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <fstream>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "07-task-group/profile.hpp"
#include "07-task-group/task_group.hpp"
#include "support/at_the_end.hpp"
#include "support/awkward_types.hpp"
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
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::MoveOnly;
using promissory::support::ParkingSpot;
using promissory::support::ThrowsOnMove;
using promissory::support::words;

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  TaskGroup group;
  group.go([] {});
  EXPECT_TRUE(group.wait().has_value());
  EXPECT_FALSE(group.token().stop_requested());
  EXPECT_EQ(group.cause(), nullptr);
  EXPECT_TRUE(group.request_stop());
}

/// Out of line: in a body that it sees must throw, as a starter's does, g++ 12 does not inline all
/// of the constructor, and then warns that the source is used uninitialized.
[[gnu::noinline]] std::stop_source new_stop_source() {
  return std::stop_source();
}

[[noreturn]] void give_up() {
  throw std::system_error(std::make_error_code(std::errc::operation_canceled));
}

TEST(TaskGroupHidden, AnErrorDoesNotEndTheWait) {
  contract("After an error wait() still waits for every child, also one that ignores its token.",
           "a-stop-is-a-request");
  expect_written();
  HeldGate gate;
  Gate told;
  std::atomic<bool> returned{false};
  TaskGroup group;
  group.go([&](const std::stop_token& token) {
    const std::stop_callback hears(token, [&] { told.open(); });
    gate.wait();
    returned = true;
  });
  group.go([] { throw std::runtime_error("broken"); });
  told.wait();  // the error is known before anybody waits
  ParkingSpot spot;
  std::jthread opening([&] {
    spot.wait_until_parked();
    gate.open();
  });
  spot.arriving();
  EXPECT_EQ(words(group.wait()), "broken");
  EXPECT_TRUE(returned.load()) << "wait() left a child behind";
}

TEST(TaskGroupHidden, TheFirstErrorInTimeIsTheOne) {
  contract("Of several errors the first in time is kept, and later ones do not overwrite it.",
           "one-error");
  TaskGroup group;
  group.go([](std::stop_token token) {  // begun first, fails second
    HeldGate never;
    never.wait(token);
    throw std::runtime_error("second");
  });
  group.go([] { throw std::out_of_range("first"); });
  EXPECT_EQ(words(group.wait()), "first");
  EXPECT_EQ(words(group.cause()), "first");
  EXPECT_EQ(words(group.wait()), "first") << "asked again";
}

TEST(TaskGroupHidden, SuccessesDoNotOverwriteAnError) {
  contract("One failure among many successes, before and after it, is the group's.", "one-error");
  TaskGroup group;
  for (int i = 0; i < 5; ++i) group.go([] {});
  group.go([] { throw std::runtime_error("broken"); });
  for (int i = 0; i < 5; ++i) group.go([] {});
  EXPECT_EQ(words(group.wait()), "broken");
}

TEST(TaskGroupHidden, TheSiblingsMakeNoFirstError) {
  contract("What the others make of the stop is never the first error: it is kept, then they stop.",
           "record-then-stop");
  expect_written();
  HeldGate gate;
  ParkingSpot sibling_spot;
  TaskGroup group;
  group.go([&] {
    sibling_spot.arriving();
    gate.wait();
    throw std::runtime_error("collateral");
  });
  // In the thread of the child that fails, while it stops the group.
  const std::stop_callback hold_up(group.token(), [&] {
    gate.open();
    sibling_spot.wait_until_parked();
  });
  group.go([] { throw std::runtime_error("root"); });
  EXPECT_EQ(words(group.wait()), "root");
  EXPECT_EQ(words(group.cause()), "root");
}

TEST(TaskGroupHidden, WhoeverHearsTheStopCanAskWhy) {
  contract("cause() is there before the token is stopped: by a child, a parent, or a call.",
           "record-then-stop");
  TaskGroup failing;
  std::string why;
  {
    const std::stop_callback ask(failing.token(), [&] { why = words(failing.cause()); });
    failing.go([] { throw std::runtime_error("broken"); });
    EXPECT_EQ(words(failing.wait()), "broken");
    EXPECT_EQ(why, "broken");
  }
  std::stop_source parent = new_stop_source();
  TaskGroup hearing(parent.get_token());
  TaskGroup stopped;
  const std::stop_callback ask(hearing.token(), [&] { why = words(hearing.cause()); });
  const std::stop_callback ask_too(stopped.token(), [&] { why += words(stopped.cause()); });
  parent.request_stop();
  EXPECT_EQ(why, "canceled");
  stopped.request_stop();
  EXPECT_EQ(why, "canceledcanceled");
}

TEST(TaskGroupHidden, NoLockIsHeldWhileTheStopIsHeard) {
  contract("What a stop callback does with the group, in the thread that stops it, is allowed.",
           "record-then-stop");
  expect_written();
  std::atomic<int> ran{0};
  std::stop_source parent = new_stop_source();
  TaskGroup group(parent.get_token());
  TaskGroup failing;
  const auto use = [&ran](TaskGroup& it) {
    EXPECT_NE(it.cause(), nullptr);
    EXPECT_FALSE(it.request_stop());
    it.go([&] { ++ran; });
  };
  const std::stop_callback on_parent(group.token(), [&] { use(group); });
  const std::stop_callback on_failure(failing.token(), [&] { use(failing); });
  failing.go([] { throw std::runtime_error("broken"); });
  parent.request_stop();
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(words(failing.wait()), "broken");
  EXPECT_EQ(ran.load(), 2);
}

/// An exception with more to it than its words.
struct QuotaExceeded : std::runtime_error {
  explicit QuotaExceeded(int by) : std::runtime_error("quota exceeded"), excess(by) {}
  int excess;
};

TEST(TaskGroupHidden, AnErrorKeepsItsType) {
  contract("The error arrives as it was thrown, with its type and members; so it may be any type.",
           "one-error");
  TaskGroup group;
  group.go([] { throw QuotaExceeded(17); });
  const Result<Unit> all = group.wait();
  ASSERT_FALSE(all.has_value());
  try {
    std::rethrow_exception(all.error());
  } catch (const QuotaExceeded& error) {
    EXPECT_EQ(error.excess, 17);
  } catch (...) {
    ADD_FAILURE() << "the error has lost its type";
  }

  TaskGroup odd;
  odd.go([] { throw 42; });  // NOLINT(hicpp-exception-baseclass)
  const Result<Unit> outcome = odd.wait();
  ASSERT_FALSE(outcome.has_value());
  EXPECT_THROW(std::rethrow_exception(outcome.error()), int);
}

TEST(TaskGroupHidden, AFailedResultKeepsItsErrorAndStopsTheOthers) {
  contract("A child that returns a failed Result fails like one that throws.", "one-error");
  HeldGate never;
  std::atomic<bool> heard{false};
  const Result<MoveOnly> kept = failure(QuotaExceeded(3));
  TaskGroup group;
  group.go([&](std::stop_token token) { heard = !never.wait(token); });
  group.go([&]() -> const Result<MoveOnly>& { return kept; });
  const Result<Unit> all = group.wait();
  EXPECT_TRUE(heard.load());
  ASSERT_FALSE(all.has_value());
  EXPECT_THROW(std::rethrow_exception(all.error()), QuotaExceeded);
}

/// Can neither be copied nor moved, only returned.
struct Pinned {
  Pinned() = default;
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  ~Pinned() = default;
};

/// Called with a token and without one, it says which.
struct Both {
  std::atomic<int>* with_token;
  void operator()() const { *with_token -= 1; }
  void operator()(const std::stop_token& token) const {
    *with_token += token.stop_possible() ? 1 : 0;
  }
};

TEST(TaskGroupHidden, TakesAnyFunctionOnce) {
  contract("A child may be move-only, an lvalue, mutable; return anything; take a token or not.",
           "a-scope-for-threads");
  std::atomic<int> calls{0};
  Pinned pinned;
  TaskGroup group;
  group.go([owned = std::make_unique<int>(1), &calls] { calls += *owned; });
  const auto reused = [&calls] { ++calls; };
  group.go(reused);
  group.go(reused);
  group.go([count = 0, &calls]() mutable { calls += ++count; });
  group.go([] { return Pinned(); });
  group.go([&pinned]() -> Pinned& { return pinned; });
  group.go([&calls](const auto&... token) { calls += sizeof...(token) == 1 ? 1 : 100; });
  group.go(Both{&calls});
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(calls.load(), 6);
}

TEST(TaskGroupHidden, AStopIsNoFailure) {
  contract("A stopped group whose children succeed has succeeded; what they throw is an error.",
           "a-stop-is-a-request");
  HeldGate never;
  TaskGroup finishing;
  finishing.go([&](std::stop_token token) {
    never.wait(token);
    return 7;
  });
  finishing.request_stop();
  EXPECT_EQ(words(finishing.wait()), "none");
  EXPECT_EQ(words(finishing.cause()), "canceled");

  TaskGroup giving_up;
  giving_up.go([&](std::stop_token token) {
    never.wait(token);
    give_up();
  });
  giving_up.request_stop();
  EXPECT_EQ(words(giving_up.wait()), "canceled");
}

TEST(TaskGroupHidden, TheCauseIsTheFirstReason) {
  contract("A stop, then an error: wait() gives the error, cause() the stop. And the other way.",
           "the-cause");
  HeldGate never;
  TaskGroup stopped_first;
  stopped_first.go([&](std::stop_token token) {
    never.wait(token);
    throw std::runtime_error("broken on the way out");
  });
  EXPECT_TRUE(stopped_first.request_stop());
  EXPECT_EQ(words(stopped_first.wait()), "broken on the way out");
  EXPECT_EQ(words(stopped_first.cause()), "canceled");

  std::stop_source parent = new_stop_source();
  TaskGroup failed_first(parent.get_token());
  failed_first.go([] { throw std::runtime_error("broken"); });
  EXPECT_EQ(words(failed_first.wait()), "broken");
  EXPECT_FALSE(failed_first.request_stop()) << "the child has stopped it already";
  parent.request_stop();
  EXPECT_EQ(words(failed_first.cause()), "broken");
}

TEST(TaskGroupHidden, AParentThatIsStoppedAlreadyStopsIt) {
  contract("A group made under a stopped token is stopped; it starts children, who see that.",
           "the-groups-own-token");
  std::stop_source parent = new_stop_source();
  parent.request_stop();
  TaskGroup group(parent.get_token());
  std::atomic<bool> saw_the_stop{false};
  group.go([&](const std::stop_token& token) { saw_the_stop = token.stop_requested(); });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_TRUE(saw_the_stop.load());
  EXPECT_TRUE(group.token().stop_requested());
  EXPECT_EQ(words(group.cause()), "canceled");
  EXPECT_FALSE(group.request_stop());
}

TEST(TaskGroupHidden, ALateChildIsStoppedToo) {
  contract("A child that is started after the stop runs, with a token that is stopped.",
           "a-stop-is-a-request");
  HeldGate never;
  std::atomic<int> saw_the_stop{0};
  TaskGroup group;
  group.request_stop();
  for (int i = 0; i < 3; ++i) {
    group.go([&](std::stop_token token) { saw_the_stop += never.wait(token) ? 0 : 1; });
  }
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(saw_the_stop.load(), 3);
}

TEST(TaskGroupHidden, TheTokenOutlivesTheGroup) {
  contract("A group that went well is not stopped by wait(); the end of its scope stops its token.",
           "no-orphans");
  std::stop_token kept;
  {
    TaskGroup group;
    kept = group.token();
    group.go([] {});
    EXPECT_EQ(words(group.wait()), "none");
    EXPECT_FALSE(kept.stop_requested());
    EXPECT_EQ(kept, group.token());
  }
  EXPECT_TRUE(kept.stop_requested());
}

TEST(TaskGroupHidden, AnExceptionInItsScopeStopsTheChildren) {
  contract("When the scope is left by an exception, the children are stopped and joined first.",
           "no-orphans");
  HeldGate never;
  int ended = 0;  // no atomic: the join orders it
  const auto leave_early = [&] {
    TaskGroup group;
    group.go([&](std::stop_token token) {
      never.wait(token);
      ++ended;
    });
    throw std::runtime_error("left early");
  };
  try {
    leave_early();
  } catch (const std::runtime_error& left) {
    EXPECT_STREQ(left.what(), "left early");
  }
  EXPECT_EQ(ended, 1);
}

TEST(TaskGroupHidden, GroupsNest) {
  contract("A stop of the outer group reaches the inner one's children; not the other way round.",
           "the-groups-own-token");
  HeldGate never;
  std::atomic<int> heard{0};
  std::latch inner_at_work(2);
  TaskGroup outer;
  outer.go([&](const std::stop_token& token) {
    TaskGroup inner(token);
    for (int i = 0; i < 2; ++i) {
      inner.go([&](std::stop_token mine) {
        inner_at_work.count_down();
        heard += never.wait(mine) ? 0 : 1;
      });
    }
    return inner.wait();
  });
  outer.go([&] {
    inner_at_work.wait();
    throw std::runtime_error("broken outside");
  });
  EXPECT_EQ(words(outer.wait()), "broken outside");
  EXPECT_EQ(heard.load(), 2);

  TaskGroup calm;
  calm.go([](const std::stop_token& token) {
    TaskGroup inner(token);
    inner.go([] { throw std::runtime_error("broken inside"); });
    EXPECT_FALSE(inner.wait().has_value());
    EXPECT_FALSE(token.stop_requested()) << "the inner group has stopped the outer one";
  });
  EXPECT_EQ(words(calm.wait()), "none");
}

TEST(TaskGroupHidden, AnInnerGroupHandsItsErrorUp) {
  contract("A child that returns its own group's wait() fails with the error of a grandchild.",
           "one-error");
  TaskGroup outer;
  outer.go([](const std::stop_token& token) {
    TaskGroup inner(token);
    inner.go([] { throw QuotaExceeded(5); });
    return inner.wait();
  });
  const Result<Unit> all = outer.wait();
  ASSERT_FALSE(all.has_value());
  EXPECT_THROW(std::rethrow_exception(all.error()), QuotaExceeded);
}

TEST(TaskGroupHidden, AChildMayStartOthersWhileWaitWaits) {
  contract("The group is over when no child is left, not when wait() begins.", "the-group-is-over");
  HeldGate gate;
  std::atomic<int> ran{0};
  TaskGroup group;
  group.go([&] {
    gate.wait();
    for (int i = 0; i < 3; ++i) {
      group.go([&] { group.go([&] { ++ran; }); });
    }
  });
  ParkingSpot spot;
  std::jthread opening([&] {
    spot.wait_until_parked();
    gate.open();
  });
  spot.arriving();
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 3);
}

TEST(TaskGroupHidden, AnotherThreadMayStartChildrenWhileWaitWaits) {
  contract("Any thread may start children as long as one is still running.", "the-group-is-over");
  expect_written();
  HeldGate gate;
  std::atomic<int> ran{0};
  TaskGroup group;
  group.go([&] { gate.wait(); });
  ParkingSpot spot;
  std::jthread adding([&] {
    spot.wait_until_parked();
    group.go([&] { ++ran; });
    gate.open();
  });
  spot.arriving();
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 1);
}

TEST(TaskGroupHidden, GoAfterWaitIsRefusedInEveryThread) {
  contract("After wait() every go() throws logic_error, from any thread, and runs nothing.",
           "the-group-is-over");
  std::atomic<int> ran{0};
  std::atomic<int> refused{0};
  TaskGroup group;
  group.go([] { throw std::runtime_error("broken"); });
  EXPECT_EQ(words(group.wait()), "broken");
  std::latch start(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        try {
          group.go([&] { ++ran; });
        } catch (const std::logic_error&) {
          ++refused;
        }
      });
    }
  }
  EXPECT_EQ(words(group.wait()), "broken");
  EXPECT_EQ(refused.load(), 4);
  EXPECT_EQ(ran.load(), 0);

  TaskGroup empty;
  EXPECT_EQ(words(empty.wait()), "none");
  EXPECT_THROW(empty.go([&] { ++ran; }), std::logic_error);
}

TEST(TaskGroupHidden, ARaceOfGoAndWaitIsDecided) {
  contract("A go() that meets wait() is either refused or waited for.", "the-group-is-over");
  expect_written();
  for (int round = 0; round < 100; ++round) {
    int ran = 0;  // no atomic: wait() orders it
    bool refused = false;
    TaskGroup group;
    std::latch start(2);
    std::jthread late([&] {
      start.arrive_and_wait();
      try {
        group.go([&] { ++ran; });
      } catch (const std::logic_error&) {
        refused = true;
      }
    });
    start.arrive_and_wait();
    EXPECT_EQ(words(group.wait()), "none");
    const int seen = ran;
    late.join();
    ASSERT_EQ(seen, refused ? 0 : 1);
  }
}

TEST(TaskGroupHidden, ManyThreadsStartChildren) {
  contract("go() may be called from several threads at once; wait() waits for all of them.",
           "a-scope-for-threads");
  expect_written();
  std::atomic<int> ran{0};
  TaskGroup group;
  std::latch start(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        for (int child = 0; child < 25; ++child) group.go([&] { ++ran; });
      });
    }
  }
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 100);
}

TEST(TaskGroupHidden, SeveralThreadsMayWait) {
  contract("Each of several waits at once returns when all children have, with the same error.",
           "a-scope-for-threads");
  expect_written();
  HeldGate gate;
  int ended = 0;  // no atomic: each wait() orders it
  TaskGroup group;
  group.go([&] {
    gate.wait();
    ++ended;
    throw std::runtime_error("broken");
  });
  std::array<ParkingSpot, 3> spots;
  {
    std::vector<std::jthread> waiting;
    for (ParkingSpot& spot : spots) {
      waiting.emplace_back([&group, &ended, &spot] {
        spot.arriving();
        EXPECT_EQ(words(group.wait()), "broken");
        EXPECT_EQ(ended, 1);
      });
    }
    for (const ParkingSpot& spot : spots) spot.wait_until_parked();
    gate.open();
  }
  EXPECT_EQ(words(group.wait()), "broken");
}

TEST(TaskGroupHidden, WaitOrdersWhatTheChildrenWrote) {
  contract("After wait() everything that the children wrote can be read without a lock.",
           "a-scope-for-threads");
  std::array<int, 8> squares{};
  TaskGroup group;
  for (int i = 0; i < 8; ++i) {
    group.go([&squares, i] { squares[i] = i * i; });
  }
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(squares, (std::array{0, 1, 4, 9, 16, 25, 36, 49}));
}

TEST(TaskGroupHidden, NothingOfAChildIsLeftAfterWait) {
  contract("When wait() returns, the child's function is destroyed and its thread has ended.",
           "no-orphans");
  expect_written();
  ParkingSpot spot;
  bool function_destroyed = false;
  bool thread_ended = false;
  TaskGroup group;
  group.go([end = AtTheEnd([&] {
              spot.wait_until_parked();
              function_destroyed = true;
            }),
            &spot, &thread_ended] {
    thread_local std::optional<AtTheEnd> last_of_the_thread;
    last_of_the_thread.emplace([&spot, &thread_ended] {
      spot.wait_until_parked();
      thread_ended = true;
    });
  });
  spot.arriving();
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_TRUE(function_destroyed);
  EXPECT_TRUE(thread_ended);
}

TEST(TaskGroupHidden, AFunctionMayUseTheGroupAsItIsDestroyed) {
  contract("A child has not returned until its function is destroyed, which may start another.",
           "no-orphans");
  expect_written();
  std::atomic<int> ran{0};
  TaskGroup group;
  ParkingSpot spot;
  group.go([end = AtTheEnd([&] {
              spot.wait_until_parked();
              group.go([&] { ++ran; });
            })] {});
  spot.arriving();
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 1);
}

TEST(TaskGroupHidden, AFunctionIsDestroyedWhenItsFailureIsKnown) {
  contract("What a function keeps alive is let go after its failure has stopped the group.",
           "record-then-stop");
  expect_written();
  std::string cause_at_the_end;
  TaskGroup group;
  group.go([end = AtTheEnd([&] { cause_at_the_end = words(group.cause()); })] {
    throw std::runtime_error("broken");
  });
  EXPECT_EQ(words(group.wait()), "broken");
  EXPECT_EQ(cause_at_the_end, "broken");
}

/// While it lives no thread can be started: there is no room for a stack.
class NoRoomForThreads {
 public:
  NoRoomForThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    pthread_attr_setstacksize(&huge, std::size_t{1} << 50);
    pthread_setattr_default_np(&huge);
    pthread_attr_destroy(&huge);
  }
  NoRoomForThreads(const NoRoomForThreads&) = delete;
  NoRoomForThreads& operator=(const NoRoomForThreads&) = delete;
  ~NoRoomForThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_{};
};

TEST(TaskGroupHidden, AThreadThatCannotStartLeavesNoTrace) {
  contract("When no thread can be started go() throws system_error, and the group is as before.",
           "a-scope-for-threads");
  std::atomic<int> ran{0};
  bool destroyed = false;
  TaskGroup group;
  group.go([&] { ++ran; });
  {
    const NoRoomForThreads no_room;
    // What the function does as it goes shows a lock that is held meanwhile.
    EXPECT_THROW(group.go([&ran, end = AtTheEnd([&] { destroyed = group.cause() == nullptr; })] {
      ran += 100;
    }),
                 std::system_error);
  }
  EXPECT_TRUE(destroyed);
  group.go([&] { ++ran; });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 2);
}

/// Throws when it is moved, as every go() has to.
struct Unmovable {
  std::atomic<int>* ran;
  ThrowsOnMove fuse{1};
  void operator()() const { *ran += 100; }
};

TEST(TaskGroupHidden, AFunctionThatCannotBeMovedLeavesNoTrace) {
  contract("When moving the function throws, go() throws that, and the group is as before.",
           "a-scope-for-threads");
  std::atomic<int> ran{0};
  TaskGroup group;
  group.go([&] { ++ran; });
  EXPECT_THROW(group.go(Unmovable{&ran}), std::runtime_error);
  group.go([&] { ++ran; });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_EQ(ran.load(), 2);
}

std::size_t address_space_in_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(TaskGroupHidden, AGroupThatLivesLongKeepsNothing) {
  contract("A thread that has ended is joined while the group lives on: its stack is given back.",
           "no-orphans");
  constexpr int children = 200;
  pthread_attr_t attributes;
  std::size_t stack_in_bytes = 0;
  pthread_getattr_default_np(&attributes);
  pthread_attr_getstacksize(&attributes, &stack_in_bytes);
  pthread_attr_destroy(&attributes);

  TaskGroup group;
  const auto run_one_after_the_other = [&](int count) {
    for (int i = 0; i < count; ++i) {
      std::latch ran(1);
      group.go([&ran] { ran.count_down(); });
      ran.wait();
    }
  };
  run_one_after_the_other(20);
  const std::size_t before = address_space_in_bytes();
  run_one_after_the_other(children);
  const std::size_t after = address_space_in_bytes();
  EXPECT_LT(after, before + children / 2 * stack_in_bytes);
  EXPECT_EQ(words(group.wait()), "none");
}

TEST(TaskGroupHidden, AChildCannotWaitForItself) {
  contract("wait() in a child of the same group throws resource_deadlock_would_occur.",
           "the-group-is-over");
  bool refused = false;
  TaskGroup group;
  group.go([&] {
    try {
      static_cast<void>(group.wait());
    } catch (const std::system_error& error) {
      refused = error.code() == std::errc::resource_deadlock_would_occur;
    }
  });
  EXPECT_EQ(words(group.wait()), "none");
  EXPECT_TRUE(refused);
}

TEST(TaskGroupHidden, AStopMayRaceWithTheEnd) {
  contract("A parent that is stopped while the group goes meets a whole group or none.",
           "the-groups-own-token");
  expect_written();
  for (int round = 0; round < 100; ++round) {
    std::stop_source parent = new_stop_source();
    std::latch start(2);
    std::jthread stopping([&] {
      start.arrive_and_wait();
      parent.request_stop();
    });
    start.arrive_and_wait();
    TaskGroup group(parent.get_token());
    group.go([](std::stop_token token) {
      if (token.stop_requested()) give_up();
    });
    if (round % 2 == 0) {
      const std::string outcome = words(group.wait());
      ASSERT_TRUE(outcome == "none" || outcome == "canceled") << outcome;
    }
  }
}

TEST(TaskGroupHidden, FailuresMayRace) {
  contract("Of errors at the same time one is kept, and it is the cause as well.",
           "record-then-stop");
  for (int round = 0; round < 50; ++round) {
    std::latch start(4);
    TaskGroup group;
    for (const char* what : {"a", "b", "c", "d"}) {
      group.go([&start, what] {
        start.arrive_and_wait();
        throw std::runtime_error(what);
      });
    }
    const std::string first = words(group.wait());
    ASSERT_EQ(first.size(), 1U);
    ASSERT_EQ(words(group.cause()), first);
  }
}

TEST(TaskGroupHidden, ACauseMayBeAskedForAtAnyTime) {
  contract("cause() may be called while a child fails; it gives null or the whole cause.",
           "the-cause");
  TaskGroup group;
  EXPECT_EQ(group.cause(), nullptr);
  group.go([] { throw std::runtime_error("broken"); });
  std::string seen = "none";
  while (seen == "none") {
    seen = words(group.cause());
    std::this_thread::yield();
  }
  EXPECT_EQ(seen, "broken");
  EXPECT_EQ(words(group.wait()), "broken");
}

enum class Call { user, orders, recommendations };

/// Counts its calls, and lets each one do what a test says.
class FakeBackend : public Backend {
 public:
  using Act = std::function<void(Call, const std::stop_token&)>;
  explicit FakeBackend(Act act) : act_(std::move(act)) {}

  User fetch_user(const std::string& id, std::stop_token token) override {
    visit(Call::user, token);
    return {id, "Ada"};
  }
  std::vector<Order> fetch_orders(const std::string& id, std::stop_token token) override {
    visit(Call::orders, token);
    return {{id + "-1"}};
  }
  std::vector<Recommendation> fetch_recommendations(const std::string& id,
                                                    std::stop_token token) override {
    visit(Call::recommendations, token);
    return {{"for-" + id}};
  }

  std::atomic<int> calls{0};
  std::atomic<int> under_way{0};

 private:
  void visit(Call call, const std::stop_token& token) {
    ++calls;
    ++under_way;
    const AtTheEnd leave([this] { --under_way; });
    act_(call, token);
  }

  Act act_;
};

TEST(FetchProfileHidden, WhicheverCallFailsTheOthersSeeTheStop) {
  contract("Each of the three calls stops the other two when it fails, and its error is given.",
           "fetch-profile");
  for (const Call failing : {Call::user, Call::orders, Call::recommendations}) {
    HeldGate never;
    std::latch others_wait(2);
    std::atomic<int> saw_the_stop{0};
    FakeBackend backend([&](Call call, const std::stop_token& token) {
      if (call == failing) {
        others_wait.wait();
        throw QuotaExceeded(static_cast<int>(call));
      }
      others_wait.count_down();
      if (!never.wait(token)) ++saw_the_stop;
      give_up();
    });
    const Result<Profile> profile = fetch_profile(backend, "u7");
    EXPECT_EQ(saw_the_stop.load(), 2);
    EXPECT_EQ(backend.calls.load(), 3);
    ASSERT_FALSE(profile.has_value());
    EXPECT_THROW(std::rethrow_exception(profile.error()), QuotaExceeded);
  }
}

TEST(FetchProfileHidden, TheCallersStopReachesTheCalls) {
  contract("When the caller's token is stopped, so are the calls; their error is the answer.",
           "fetch-profile");
  HeldGate never;
  std::latch at_work(3);
  FakeBackend backend([&](Call, const std::stop_token& token) {
    at_work.count_down();
    if (!never.wait(token)) give_up();
  });
  std::stop_source caller = new_stop_source();
  EXPECT_EQ(words([&] {
              FakeBackend quick([](Call, const std::stop_token&) {});
              return fetch_profile(quick, "u7", caller.get_token());
            }()),
            "none");
  std::jthread stopping([&] {
    at_work.wait();
    caller.request_stop();
  });
  EXPECT_EQ(words(fetch_profile(backend, "u7", caller.get_token())), "canceled");
  EXPECT_EQ(backend.calls.load(), 3);
  EXPECT_EQ(backend.under_way.load(), 0);
}

/// @return a token that is stopped
std::stop_token stopped_token() {
  std::stop_source source = new_stop_source();
  source.request_stop();
  return source.get_token();
}

TEST(FetchProfileHidden, AStopBeforeItBeginsIsSeenByTheCalls) {
  contract("Under a token that is stopped already the calls see a stopped token.", "fetch-profile");
  std::atomic<int> saw_the_stop{0};
  FakeBackend backend([&](Call, const std::stop_token& token) {
    if (!token.stop_requested()) return;
    ++saw_the_stop;
    give_up();
  });
  EXPECT_EQ(words(fetch_profile(backend, "u7", stopped_token())), "canceled");
  EXPECT_EQ(saw_the_stop.load(), backend.calls.load());
}

TEST(FetchProfileHidden, WhatIsThereIsNotThrownAway) {
  contract("When all three calls succeed in spite of a stop, the profile is the answer.",
           "fetch-profile");
  FakeBackend backend([](Call, const std::stop_token&) {});
  const Result<Profile> profile = fetch_profile(backend, "u7", stopped_token());
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(profile->orders.size(), 1U);
}

TEST(FetchProfileHidden, ACallThatIgnoresTheStopIsWaitedFor) {
  contract("fetch_profile() returns when no call is under way, also after an error.",
           "fetch-profile");
  ParkingSpot spot;
  std::atomic<bool> failed{false};
  FakeBackend backend([&](Call call, const std::stop_token&) {
    if (call == Call::user) {
      failed = true;
      throw std::runtime_error("broken");
    }
    spot.wait_until_parked();
  });
  spot.arriving();
  EXPECT_EQ(words(fetch_profile(backend, "u7")), "broken");
  EXPECT_EQ(backend.under_way.load(), 0) << "a call writes into a profile that is gone";
  EXPECT_TRUE(failed.load());
}

TEST(FetchProfileHidden, WhatIsNoStdExceptionArrives) {
  contract("A backend may throw anything.", "fetch-profile");
  FakeBackend backend([](Call call, const std::stop_token&) {
    if (call == Call::orders) throw 42;  // NOLINT(hicpp-exception-baseclass)
  });
  const Result<Profile> profile = fetch_profile(backend, "u7");
  ASSERT_FALSE(profile.has_value());
  EXPECT_THROW(std::rethrow_exception(profile.error()), int);
}

}  // namespace
