// Property: however patient and impatient awaiters meet, one who does not give up gets the value or
// the error of an attempt that ran to its own end, never a cancellation that somebody else caused;
// one attempt runs at a time; and once there is a value, there is no further attempt.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "06-lazy-future/lazy.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Lazy;
using promissory::RetryLazy;
using promissory::support::contract;

struct Stopped {};

/// Work that takes a while and looks at its token all the time.
int work(const std::stop_token& token, int result) {
  for (int i = 0; i < 5; ++i) {
    if (token.stop_requested()) throw Stopped();
    std::this_thread::yield();
  }
  return result;
}

/// One round: two patient awaiters, and two who are stopped in the middle of it all.
template <class AnyLazy, class Await>
void meet(AnyLazy& lazy, Await patient) {
  std::stop_source impatience;
  std::latch start(5);
  std::vector<std::jthread> awaiters;
  for (int i = 0; i < 2; ++i) {
    awaiters.emplace_back([&] {
      start.arrive_and_wait();
      patient();
    });
    awaiters.emplace_back([&, token = impatience.get_token()] {
      start.arrive_and_wait();
      try {
        lazy.await(token);
      } catch (const std::system_error& gave_up) {
        EXPECT_EQ(gave_up.code(), std::errc::operation_canceled);
      } catch (const std::runtime_error&) {
        // an attempt that failed while this one waited
      }
    });
  }
  start.arrive_and_wait();
  impatience.request_stop();
}

TEST(MyLazy, WhoGivesUpStopsNobodyElse) {
  contract("The work of a Lazy is done once, whoever gives up.", "whose-work-is-it");
  for (int round = 0; round < 15 && !HasFailure(); ++round) {
    std::atomic<int> calls{0};
    Lazy lazy([&](const std::stop_token& token) { return work(token, ++calls); });
    meet(lazy, [&] { EXPECT_NO_THROW(EXPECT_EQ(lazy.await(), 1)); });
    EXPECT_EQ(calls.load(), 1);
  }
}

TEST(MyLazy, WhoIsPatientGetsTheEndOfAnAttempt) {
  contract("A RetryLazy tries until it succeeds, and nobody hears another one's cancellation.",
           "attempts");
  for (int round = 0; round < 15 && !HasFailure(); ++round) {
    std::atomic<int> running{0};
    std::atomic<int> ended{0};
    std::atomic<int> succeeded{0};
    RetryLazy lazy([&](const std::stop_token& token) {
      struct Running {
        std::atomic<int>& count;
        ~Running() { --count; }
      };
      EXPECT_EQ(++running, 1) << "two attempts at a time";
      const Running it{running};
      const int value = work(token, 7);
      if (++ended < 3) throw std::runtime_error("not yet");
      ++succeeded;
      return value;
    });
    meet(lazy, [&] {
      for (bool done = false; !done;) {
        try {
          EXPECT_EQ(lazy.await(), 7);
          done = true;
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "not yet");
        } catch (const Stopped&) {
          ADD_FAILURE() << "told of an attempt that others had given up";
        }
      }
    });
    EXPECT_EQ(succeeded.load(), 1);
  }
}

}  // namespace
