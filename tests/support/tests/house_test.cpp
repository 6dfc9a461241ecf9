// What the programs of the bug hunt are written with is right itself.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/house/group.hpp"
#include "bug-hunt/house/outcome.hpp"
#include "bug-hunt/house/queue.hpp"
#include "bug-hunt/house/rendezvous.hpp"
#include "bug-hunt/house/slot.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace promissory::house {
namespace {

using support::contract;
using support::Gate;
using support::wait_until_quiet;
using namespace std::chrono_literals;

std::exception_ptr an_error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

TEST(House, TheFirstOutcomeStays) {
  contract("Of several outcomes the first one stays, for everybody who asks.");
  const auto outcome = Outcome<std::string>::make("an outcome");
  EXPECT_FALSE(outcome->is_ready());
  EXPECT_FALSE(outcome->wait_for(0ms));
  EXPECT_TRUE(outcome->put("first"));
  EXPECT_FALSE(outcome->put("second"));
  EXPECT_FALSE(outcome->fail(an_error("third")));
  EXPECT_TRUE(outcome->is_ready());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(outcome->await(), "first");
}

TEST(House, AnErrorIsAnOutcome) {
  contract("Everybody who awaits an error throws it.");
  const auto outcome = Outcome<int>::make("an outcome");
  EXPECT_TRUE(outcome->fail(an_error("broken")));
  EXPECT_FALSE(outcome->put(1));
  EXPECT_TRUE(outcome->wait_for(1h));
  for (int i = 0; i < 2; ++i) EXPECT_THROW(outcome->await(), std::runtime_error);
}

TEST(House, AllWhoAwaitAreWoken) {
  contract("Everybody who awaits an outcome is woken by it.");
  const auto outcome = Outcome<int>::make("an outcome");
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back([&] { EXPECT_EQ(outcome->await(), 7); });
  readers.emplace_back([&] { EXPECT_TRUE(outcome->wait_for(1h)); });
  wait_until_quiet();
  outcome->put(7);
}

// A wait for what never comes, which a stop ends.
void expect_that_a_stop_ends(const auto& wait) {
  std::stop_source stop;
  std::jthread waiting([&] {
    try {
      wait(stop.get_token());
      ADD_FAILURE() << "nothing was put";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::operation_canceled);
    }
  });
  wait_until_quiet();
  stop.request_stop();
}

TEST(House, AStopEndsAWait) {
  contract("Whoever waits with a token hears its stop, and what comes later is still there.");
  const auto outcome = Outcome<int>::make("an outcome");
  expect_that_a_stop_ends([&](const auto& stop) { outcome->await(stop); });
  outcome->put(1);
  EXPECT_EQ(outcome->await(), 1);

  const auto slot = Slot<int>::make("a slot");
  expect_that_a_stop_ends([&](const auto& stop) { slot->take(stop); });
  slot->put(2);
  EXPECT_EQ(slot->take(std::stop_token()), 2);

  const auto rendezvous = Rendezvous<int>::make("a rendezvous");
  expect_that_a_stop_ends([&](const auto& stop) { rendezvous->take(stop); });
  std::jthread giver([&] { rendezvous->put(3); });
  EXPECT_EQ(rendezvous->take(std::stop_token()), 3);
}

TEST(House, ASlotIsFilledOnceAndEmptiedOnce) {
  contract("A slot takes one outcome and gives it once.");
  const auto slot = Slot<int>::make("a slot");
  slot->put(1);
  EXPECT_THROW(slot->put(2), std::logic_error);
  EXPECT_THROW(slot->fail(an_error("late")), std::logic_error);
  EXPECT_EQ(slot->take(), 1);
  EXPECT_FALSE(slot->take_for(0ms));
}

TEST(House, AQueueGivesWhatWasPutAndThenItsEnd) {
  contract("A closed queue gives what is inside, then nothing, and takes nothing.");
  const auto queue = Queue<int>::make("a queue");
  queue->put(1);
  queue->put(2);
  queue->close();
  EXPECT_THROW(queue->put(3), std::logic_error);
  EXPECT_EQ(queue->take(), 1);
  EXPECT_EQ(queue->take(), 2);
  EXPECT_FALSE(queue->take());
}

TEST(House, TheFirstErrorOfAGroupStopsTheOthers) {
  contract("When a task of a group fails the others are stopped, and wait() throws its error.");
  std::atomic<int> stopped{0};
  Group group;
  for (int i = 0; i < 2; ++i) {
    group.go([&](const std::stop_token& stop) {
      Gate never;
      never.wait(stop);
      ++stopped;
      throw std::logic_error("it is not the first");
    });
  }
  wait_until_quiet();
  group.go([](const std::stop_token&) { throw std::runtime_error("it is the first"); });
  EXPECT_THROW(group.wait(), std::runtime_error);
  EXPECT_EQ(stopped, 2);
}

TEST(House, AGroupFollowsItsParentAndEndsWithItself) {
  contract("A group is stopped with its parent, and when it ends.");
  std::stop_source parent;
  std::atomic<int> stopped{0};
  const auto until_stopped = [&](const std::stop_token& stop) {
    Gate never;
    never.wait(stop);
    ++stopped;
  };
  {
    Group child(parent.get_token());
    child.go(until_stopped);
    wait_until_quiet();
    parent.request_stop();
    child.wait();
    EXPECT_EQ(stopped, 1);
  }
  {
    Group abandoned;
    abandoned.go(until_stopped);
  }
  EXPECT_EQ(stopped, 2);
}

}  // namespace
}  // namespace promissory::house
