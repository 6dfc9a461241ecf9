#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "06-lazy-future/lazy.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"

namespace {

using promissory::failure;
using promissory::Lazy;
using promissory::Result;
using promissory::RetryLazy;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::Crowd;
using promissory::support::Gate;
using promissory::support::HeldGate;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using promissory::support::ParkingSpot;
using promissory::support::ThrowsOnMove;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What is not written yet says so here, before another thread could wait for it.
void expect_lazy_written() {
  Lazy<int> lazy([] { return 1; });
  EXPECT_EQ(lazy.await(), 1);
  EXPECT_EQ(lazy.await_until(Clock::now()), 1);
  EXPECT_TRUE(lazy.ready());
}

void expect_retry_written() {
  RetryLazy<int> lazy([] { return 1; });
  EXPECT_EQ(lazy.await(), 1);
  EXPECT_EQ(lazy.await_until(Clock::now()), 1);
  EXPECT_TRUE(lazy.ready());
}

/// Calls `wait` and returns the std::errc it gives up with, or nothing when it does not.
template <class Wait>
std::optional<std::errc> gives_up_with(Wait wait) {
  try {
    wait();
    return std::nullopt;
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  }
}

std::stop_token stopped_token() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

/// Awaits `lazy` and gives up when `begun` is open: when the work runs.
template <class AnyLazy>
std::optional<std::errc> give_up_once(Gate& begun, AnyLazy& lazy) {
  std::stop_source impatience;
  std::jthread stopper([&](const std::stop_token& test_is_over) {
    if (begun.wait(test_is_over)) impatience.request_stop();
  });
  return gives_up_with([&] { lazy.await(impatience.get_token()); });
}

/// Opens a gate when the last copy of it goes.
std::shared_ptr<void> opens_at_its_end(Gate& gate) {
  return {static_cast<void*>(&gate), [](void* it) { static_cast<Gate*>(it)->open(); }};
}

/// Thrown by work that was asked to stop.
struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the work has been stopped") {}
};

TEST(LazyHidden, ManyAwaitersShareOneRun) {
  contract("Awaiters that come while the work runs wait for it, and all get the same object.",
           "once-for-everybody");
  expect_lazy_written();
  std::atomic<int> calls{0};
  HeldGate gate;
  Lazy lazy([&] {
    gate.wait();
    return ++calls;
  });
  Crowd crowd;
  std::array<const int*, 6> seen{};
  std::vector<std::jthread> awaiters;
  awaiters.reserve(seen.size());
  for (const int*& place : seen) {
    awaiters.emplace_back([&] {
      crowd.arriving();
      place = &lazy.await();
    });
  }
  crowd.wait_until_parked(seen.size());
  EXPECT_FALSE(lazy.ready());
  gate.open();
  awaiters.clear();
  for (const int* place : seen) EXPECT_EQ(place, &lazy.await());
  EXPECT_EQ(calls.load(), 1);
}

TEST(LazyHidden, TheFirstAwaitersStopIsNobodyElses) {
  contract("When the first awaiter is stopped, the work and the other awaiters hear nothing of it.",
           "whose-work-is-it");
  expect_lazy_written();
  HeldGate begun;
  HeldGate gate;
  std::stop_token seen_by_the_work;
  Lazy lazy([&](const std::stop_token& token) {
    seen_by_the_work = token;
    begun.open();
    if (!gate.wait(token)) throw Stopped();
    return 7;
  });
  std::stop_source impatience;
  ParkingSpot patient_spot;
  std::jthread first([&] {
    EXPECT_EQ(gives_up_with([&] { lazy.await(impatience.get_token()); }),
              std::errc::operation_canceled);
  });
  begun.wait();
  std::jthread patient([&] {
    patient_spot.arriving();
    EXPECT_NO_THROW(EXPECT_EQ(lazy.await(), 7));
  });
  patient_spot.wait_until_parked();
  impatience.request_stop();
  first.join();
  EXPECT_FALSE(seen_by_the_work.stop_requested());
  gate.open();
}

TEST(LazyHidden, EvenTheLastAwaiterStopsNothing) {
  contract("When everybody has given up the work goes on, and serves whoever comes later.",
           "whose-work-is-it");
  expect_lazy_written();
  std::atomic<int> calls{0};
  HeldGate begun;
  HeldGate gate;
  Lazy lazy([&](const std::stop_token& token) {
    ++calls;
    begun.open();
    if (!gate.wait(token)) throw Stopped();
    return 7;
  });
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  gate.open();
  EXPECT_EQ(lazy.await(), 7);
  EXPECT_EQ(calls.load(), 1);
}

TEST(LazyHidden, AnAwaiterThatMayNotWaitBeginsNothing) {
  contract("A token that is stopped already or a deadline that has passed begins no work.",
           "begun-by-the-first");
  std::atomic<int> calls{0};
  const std::stop_token stopped = stopped_token();
  const auto check = [&](auto& lazy) {
    EXPECT_EQ(gives_up_with([&] { lazy.await(stopped); }), std::errc::operation_canceled);
    EXPECT_EQ(gives_up_with([&] { lazy.await_until(Clock::now() + 1h, stopped); }),
              std::errc::operation_canceled);
    EXPECT_EQ(gives_up_with([&] { lazy.await_until(Clock::now() - 1h); }), std::errc::timed_out);
    EXPECT_EQ(gives_up_with([&] { lazy.await_until(Clock::time_point::min()); }),
              std::errc::timed_out);
  };
  {
    Lazy lazy([&] { return ++calls; });
    check(lazy);
    RetryLazy retry([&] { return ++calls; });
    check(retry);
  }
  EXPECT_EQ(calls.load(), 0);
}

TEST(LazyHidden, AnErrorIsTheSameForEverybody) {
  contract("Everybody gets the very exception object that the work threw, with its type.",
           "once-for-everybody");
  expect_lazy_written();
  std::atomic<int> calls{0};
  Lazy<int> lazy([&]() -> int {
    ++calls;
    throw Stopped();
  });
  const auto thrown = [&]() -> const void* {
    try {
      lazy.await();
    } catch (const Stopped& error) {
      return &error;
    } catch (const std::exception& error) {
      ADD_FAILURE() << "the exception has lost its type: " << error.what();
    }
    return nullptr;
  };
  const void* const first = thrown();
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(thrown(), first);
  EXPECT_EQ(calls.load(), 1);

  Lazy<int> not_a_std_exception([]() -> int { throw 5; });
  EXPECT_THROW(not_a_std_exception.await(), int);
  EXPECT_THROW(not_a_std_exception.await(), int);
}

TEST(LazyHidden, AnOutcomeWinsOverAStopAndADeadline) {
  contract("An outcome that is there is handed out, also to an awaiter that may wait no longer.",
           "once-for-everybody");
  const std::stop_token stopped = stopped_token();
  const auto check = [&](auto& lazy) {
    EXPECT_EQ(lazy.await(), 3);
    EXPECT_EQ(lazy.await(stopped), 3);
    EXPECT_EQ(lazy.await_until(Clock::now() - 1h), 3);
    EXPECT_EQ(lazy.await_until(Clock::now() - 1h, stopped), 3);
  };
  Lazy lazy([] { return 3; });
  check(lazy);
  RetryLazy retry([] { return 3; });
  check(retry);
}

TEST(LazyHidden, AStopWinsOverADeadlineAndTheEndsOfTimeAreDeadlines) {
  contract("Any time_point is a deadline; a wait that both end reports the stop.",
           "whose-work-is-it");
  expect_lazy_written();
  expect_retry_written();
  const auto check = [](auto& lazy, Gate& begun, Gate& gate) {
    std::stop_source source;
    const auto until = [&](Clock::time_point deadline) {
      return gives_up_with([&] { lazy.await_until(deadline, source.get_token()); });
    };
    std::jthread stopper([&](const std::stop_token& test_is_over) {
      if (begun.wait(test_is_over)) source.request_stop();
    });
    EXPECT_EQ(until(Clock::time_point::min()), std::errc::timed_out);
    EXPECT_EQ(until(Clock::time_point::max()), std::errc::operation_canceled);
    EXPECT_EQ(until(Clock::time_point::min()), std::errc::operation_canceled);
    gate.open();
    EXPECT_EQ(lazy.await(), 7);
  };
  const auto work = [](Gate& begun, Gate& gate) {
    return [&] {
      begun.open();
      gate.wait();
      return 7;
    };
  };
  {
    HeldGate begun;
    HeldGate gate;
    Lazy lazy(work(begun, gate));
    check(lazy, begun, gate);
  }
  HeldGate begun;
  HeldGate gate;
  RetryLazy retry(work(begun, gate));
  check(retry, begun, gate);
}

TEST(LazyHidden, HoldsWhatIsHardToCarry) {
  contract("Function and value may be move-only; T needs neither default nor assignment.",
           "begun-by-the-first");
  Lazy lazy([value = MoveOnly(3)]() mutable { return std::move(value); });
  EXPECT_EQ(*lazy.await().value, 3);
  RetryLazy retry([value = MoveOnly(4)]() mutable { return std::move(value); });
  EXPECT_EQ(*retry.await().value, 4);
  Lazy without_default([] { return NoDefault(5); });
  EXPECT_EQ(without_default.await().value, 5);
  RetryLazy retry_without_default([] { return NoDefault(6); });
  EXPECT_EQ(retry_without_default.await().value, 6);
  Lazy<std::string> converted([] { return "text"; });
  EXPECT_EQ(converted.await(), "text");
}

TEST(LazyHidden, TakesAResultForWhatItHolds) {
  contract("A function that returns a Result<T> makes a T or an error; void makes a Unit.",
           "begun-by-the-first");
  Lazy kept([]() -> Result<int> { return 4; });
  EXPECT_TRUE((std::is_same_v<decltype(kept), Lazy<int>>));
  EXPECT_EQ(kept.await(), 4);
  Lazy<int> failed([]() -> Result<int> { return failure(std::logic_error("no")); });
  EXPECT_THROW(failed.await(), std::logic_error);
  RetryLazy<int> failed_once([calls = 0]() mutable -> Result<int> {
    if (++calls == 1) return failure(std::logic_error("not yet"));
    return calls;
  });
  EXPECT_THROW(failed_once.await(), std::logic_error);
  EXPECT_EQ(failed_once.await(), 2);
  Lazy nothing([] {});
  EXPECT_TRUE((std::is_same_v<decltype(nothing), Lazy<Unit>>));
  EXPECT_NO_THROW(nothing.await());
}

TEST(LazyHidden, AMoveThatThrowsIsAnError) {
  contract("When moving the value throws, that is the outcome; it does not end the process.",
           "once-for-everybody");
  Lazy lazy([] { return ThrowsOnMove(1); });
  EXPECT_THROW(lazy.await(), std::runtime_error);
  RetryLazy retry([calls = 0]() mutable {
    ++calls;
    return ThrowsOnMove(calls, calls == 1);
  });
  EXPECT_THROW(retry.await(), std::runtime_error);
  EXPECT_EQ(retry.await().value, 2);
}

TEST(LazyHidden, TheFunctionGoesWhenItHasServed) {
  contract("What the function keeps alive is released once it has served, not with the Lazy.",
           "the-end-of-a-lazy");
  expect_lazy_written();
  expect_retry_written();
  HeldGate gone;
  Lazy lazy([keeps = opens_at_its_end(gone)] { return 1; });
  EXPECT_EQ(lazy.await(), 1);
  gone.wait();
  HeldGate gone_after_an_error;
  Lazy<int> failing([keeps = opens_at_its_end(gone_after_an_error)]() -> int { throw 5; });
  EXPECT_THROW(failing.await(), int);
  gone_after_an_error.wait();
  HeldGate gone_after_a_retry;
  RetryLazy retry([calls = 0, keeps = opens_at_its_end(gone_after_a_retry)]() mutable {
    if (++calls == 1) throw std::runtime_error("not yet");
    return calls;
  });
  EXPECT_THROW(retry.await(), std::runtime_error);
  EXPECT_FALSE(gone_after_a_retry.is_open());
  EXPECT_EQ(retry.await(), 2);
  gone_after_a_retry.wait();
}

TEST(LazyHidden, AFunctionThatNobodyWantedGoesUncalled) {
  contract("A Lazy that was never awaited has started nothing, and frees what it kept.",
           "the-end-of-a-lazy");
  std::atomic<int> alive{0};
  std::atomic<int> calls{0};
  {
    const Lazy<int> lazy([&calls, counted = Counted(alive)] { return ++calls; });
    const RetryLazy<int> retry([&calls, counted = Counted(alive)] { return ++calls; });
    EXPECT_GE(alive.load(), 2);
  }
  EXPECT_EQ(alive.load(), 0);
  EXPECT_EQ(calls.load(), 0);
}

TEST(LazyHidden, TheEndStopsAndJoins) {
  contract("The destructor asks the work to stop, and the work has ended when it returns.",
           "the-end-of-a-lazy");
  expect_lazy_written();
  bool has_ended = false;  // no atomic: only joining orders the write before the read
  std::vector<int> belongs_to_the_caller;
  {
    HeldGate begun;
    HeldGate never;
    Lazy<int> lazy([&](const std::stop_token& token) {
      begun.open();
      never.wait(token);
      for (int i = 0; i < 1000; ++i) belongs_to_the_caller.push_back(i);
      has_ended = true;
      return 0;
    });
    EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
    EXPECT_FALSE(lazy.ready());
  }
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(belongs_to_the_caller.size(), 1000U);
}

TEST(LazyHidden, WaitingForItselfIsAnError) {
  contract("An await() from inside the function throws, instead of waiting for itself for ever.",
           "the-end-of-a-lazy");
  expect_lazy_written();
  expect_retry_written();
  Lazy<int>* itself = nullptr;
  Lazy<int> lazy([&] { return itself->await() + 1; });
  itself = &lazy;
  EXPECT_EQ(gives_up_with([&] { lazy.await(); }), std::errc::resource_deadlock_would_occur);

  RetryLazy<int>* retry_itself = nullptr;
  int calls = 0;
  RetryLazy<int> retry([&] { return ++calls == 1 ? retry_itself->await() + 1 : calls; });
  retry_itself = &retry;
  EXPECT_EQ(gives_up_with([&] { retry.await(); }), std::errc::resource_deadlock_would_occur);
  EXPECT_EQ(retry.await(), 2);
}

TEST(LazyHidden, ReadyPublishesTheValue) {
  contract("Who has seen ready() sees everything that the work has written.", "once-for-everybody");
  expect_lazy_written();
  expect_retry_written();
  const auto check = [](auto& lazy, const int& written) {
    std::jthread looking([&] {
      while (!lazy.ready()) std::this_thread::yield();
      EXPECT_EQ(written, 8);
      EXPECT_EQ(lazy.await(), std::vector<int>(100, 3));
    });
    lazy.await();
  };
  int written = 0;
  Lazy lazy([&] {
    written = 8;
    return std::vector<int>(100, 3);
  });
  check(lazy, written);
  int written_by_another = 0;
  RetryLazy retry([&] {
    written_by_another = 8;
    return std::vector<int>(100, 3);
  });
  check(retry, written_by_another);
}

TEST(LazyHidden, ALazyMayAwaitAnother) {
  contract("Work may await other lazy values: nothing is locked while it runs.",
           "the-end-of-a-lazy");
  expect_lazy_written();
  expect_retry_written();
  Lazy host([] { return std::string("host"); });
  RetryLazy address([&] { return host.await() + ":80"; });
  Lazy url([&] { return "http://" + address.await(); });
  EXPECT_EQ(url.await(), "http://host:80");
}

TEST(LazyHidden, RetryWaitersShareOneAttempt) {
  contract("Awaiters that come while an attempt runs take part in it, and share how it ends.",
           "attempts");
  expect_retry_written();
  std::atomic<int> calls{0};
  std::array<HeldGate, 2> gates;
  std::array<Crowd, 2> crowds;  // of each attempt: its waiters, and the work itself
  RetryLazy lazy([&] {
    const int attempt = ++calls;
    crowds.at(attempt - 1).arriving();
    gates.at(attempt - 1).wait();
    if (attempt == 1) throw std::runtime_error("attempt 1");
    return attempt;
  });
  std::vector<std::jthread> awaiters;
  std::atomic<int> told{0};
  for (int i = 0; i < 4; ++i) {
    awaiters.emplace_back([&] {
      crowds[0].arriving();
      try {
        lazy.await();
        ADD_FAILURE() << "the attempt has failed, so there is no value";
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "attempt 1");
        ++told;
      }
    });
  }
  crowds[0].wait_until_parked(5);
  gates[0].open();
  awaiters.clear();
  EXPECT_EQ(told.load(), 4);
  EXPECT_EQ(calls.load(), 1) << "nobody has asked again";

  std::array<const int*, 4> seen{};
  for (const int*& place : seen) {
    awaiters.emplace_back([&] {
      crowds[1].arriving();
      place = &lazy.await();
    });
  }
  crowds[1].wait_until_parked(5);
  gates[1].open();
  awaiters.clear();
  for (const int* place : seen) EXPECT_EQ(place, &lazy.await());
  EXPECT_EQ(calls.load(), 2);
}

TEST(LazyHidden, RetryTellsEachAttemptsOwnError) {
  contract("The waiters of an attempt get its error, not the one of an attempt before it.",
           "attempts");
  expect_retry_written();
  std::atomic<int> calls{0};
  std::array<HeldGate, 3> gates;
  std::array<Crowd, 3> crowds;  // of each attempt: its waiters, and the work itself
  RetryLazy<int> lazy([&]() -> int {
    const int attempt = calls++;
    crowds.at(attempt).arriving();
    gates.at(attempt).wait();
    throw std::runtime_error("attempt " + std::to_string(attempt));
  });
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::vector<std::jthread> awaiters;
    awaiters.reserve(3);
    for (int i = 0; i < 3; ++i) {
      awaiters.emplace_back([&] {
        crowds.at(attempt).arriving();
        try {
          lazy.await();
          ADD_FAILURE() << "no attempt has succeeded, so there is no value";
        } catch (const std::runtime_error& error) {
          EXPECT_EQ(error.what(), "attempt " + std::to_string(attempt));
        }
      });
    }
    crowds.at(attempt).wait_until_parked(4);
    gates.at(attempt).open();
  }
  EXPECT_EQ(calls.load(), 3);
}

TEST(LazyHidden, RetryOnlyTheLastWaiterStopsTheAttempt) {
  contract("An attempt goes on as long as anybody waits for it, and is stopped with the last one.",
           "the-last-one-to-leave");
  expect_retry_written();
  HeldGate begun;
  HeldGate never;
  HeldGate heard;
  std::stop_token seen_by_the_work;
  RetryLazy<int> lazy([&](const std::stop_token& token) -> int {
    seen_by_the_work = token;
    begun.open();
    if (!never.wait(token)) heard.open();
    throw Stopped();
  });
  std::array<std::stop_source, 3> sources;
  std::array<std::jthread, 3> awaiters;
  Crowd crowd;
  for (int i = 0; i < 3; ++i) {
    awaiters.at(i) = std::jthread([&, token = sources.at(i).get_token()] {
      crowd.arriving();
      EXPECT_EQ(gives_up_with([&] { lazy.await(token); }), std::errc::operation_canceled);
    });
  }
  begun.wait();
  crowd.wait_until_parked(3);
  for (int i : {1, 0}) {
    sources.at(i).request_stop();
    awaiters.at(i).join();
    EXPECT_FALSE(seen_by_the_work.stop_requested()) << "others still wait";
  }
  sources[2].request_stop();
  heard.wait();
}

TEST(LazyHidden, RetryAWaiterWhoCameLateCounts) {
  contract("Who joins an attempt that others have left keeps it going.", "the-last-one-to-leave");
  expect_retry_written();
  HeldGate begun;
  HeldGate gate;
  RetryLazy lazy([&](const std::stop_token& token) {
    begun.open();
    if (!gate.wait(token)) throw Stopped();
    return 7;
  });
  std::stop_source impatience;
  Crowd early;
  std::array<std::jthread, 2> leaving;
  for (std::jthread& awaiter : leaving) {
    awaiter = std::jthread([&] {
      early.arriving();
      EXPECT_EQ(gives_up_with([&] { lazy.await(impatience.get_token()); }),
                std::errc::operation_canceled);
    });
  }
  begun.wait();
  early.wait_until_parked(2);
  Crowd late;
  std::jthread staying([&] {
    late.arriving();
    EXPECT_NO_THROW(EXPECT_EQ(lazy.await(), 7));
  });
  late.wait_until_parked(1);
  impatience.request_stop();
  for (std::jthread& awaiter : leaving) awaiter.join();
  gate.open();
}

TEST(LazyHidden, RetryADeadlineIsAWayToLeave) {
  contract("An awaiter that gives up at its deadline counts as one who has left.",
           "the-last-one-to-leave");
  expect_retry_written();
  std::atomic<bool> begun{false};
  HeldGate never;
  HeldGate heard;
  RetryLazy<int> lazy([&](const std::stop_token& token) -> int {
    begun = true;
    if (!never.wait(token)) heard.open();
    throw Stopped();
  });
  // However slow the machine is, one of these deadlines is late enough for the work to begin.
  for (auto patience = 2ms; !begun; patience *= 2) {
    EXPECT_EQ(gives_up_with([&] { lazy.await_until(Clock::now() + patience); }),
              std::errc::timed_out);
  }
  heard.wait();
}

TEST(LazyHidden, RetryOneAttemptAtATime) {
  contract("A newcomer's attempt begins when the one that was abandoned has ended, not before.",
           "the-last-one-to-leave");
  expect_retry_written();
  std::atomic<int> calls{0};
  std::atomic<int> running{0};
  HeldGate begun;
  HeldGate takes_its_time;
  RetryLazy lazy([&] {
    EXPECT_EQ(++running, 1) << "two attempts at a time";
    const int attempt = ++calls;
    begun.open();
    if (attempt == 1) takes_its_time.wait();
    --running;
    if (attempt == 1) throw Stopped();
    return attempt;
  });
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  Crowd crowd;
  std::vector<std::jthread> newcomers;
  for (int i = 0; i < 2; ++i) {
    newcomers.emplace_back([&] {
      crowd.arriving();
      EXPECT_NO_THROW(EXPECT_EQ(lazy.await(), 2)) << "somebody else's cancellation";
    });
  }
  crowd.wait_until_parked(2);
  EXPECT_EQ(calls.load(), 1);
  takes_its_time.open();
  newcomers.clear();
  EXPECT_EQ(calls.load(), 2);
}

TEST(LazyHidden, RetryASuccessIsASuccess) {
  contract("An attempt that succeeds although it was abandoned serves everybody: no other begins.",
           "the-last-one-to-leave");
  expect_retry_written();
  std::atomic<int> calls{0};
  HeldGate begun;
  HeldGate takes_its_time;
  RetryLazy lazy([&] {
    const int attempt = ++calls;
    begun.open();
    if (attempt == 1) takes_its_time.wait();
    return attempt;
  });
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  Crowd crowd;
  {
    std::jthread newcomer([&] {
      crowd.arriving();
      EXPECT_EQ(lazy.await(), 1);
    });
    crowd.wait_until_parked(1);
    takes_its_time.open();
  }
  EXPECT_EQ(lazy.await(), 1);
  EXPECT_EQ(calls.load(), 1);
}

TEST(LazyHidden, RetryAnAttemptThatNobodyWantsAnyMoreNeverBegins) {
  contract("An attempt whose waiters have all left before it could begin does not begin.",
           "the-last-one-to-leave");
  expect_retry_written();
  std::atomic<int> calls{0};
  {
    HeldGate begun;
    HeldGate takes_its_time;
    RetryLazy<int> lazy([&]() -> int {
      ++calls;
      begun.open();
      takes_its_time.wait();
      throw Stopped();
    });
    EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
    std::stop_source impatience;
    Crowd crowd;
    {
      std::jthread newcomer([&] {
        crowd.arriving();
        EXPECT_EQ(gives_up_with([&] { lazy.await(impatience.get_token()); }),
                  std::errc::operation_canceled);
      });
      crowd.wait_until_parked(1);
      impatience.request_stop();
    }
    takes_its_time.open();
  }
  EXPECT_EQ(calls.load(), 1);
}

TEST(LazyHidden, RetryStopsWithoutALock) {
  contract("What the work has registered to hear of a stop may use the RetryLazy, in any thread.",
           "the-last-one-to-leave");
  expect_retry_written();
  HeldGate begun;
  HeldGate never;
  RetryLazy<int>* itself = nullptr;
  RetryLazy<int> lazy([&](const std::stop_token& token) -> int {
    const std::stop_callback clean_up(token, [&] {
      EXPECT_FALSE(itself->ready());
      std::stop_source impatience;
      Crowd crowd;
      std::jthread newcomer([&] {
        crowd.arriving();
        EXPECT_EQ(gives_up_with([&] { itself->await(impatience.get_token()); }),
                  std::errc::operation_canceled);
      });
      crowd.wait_until_parked(1);
      impatience.request_stop();
    });
    begun.open();
    never.wait(token);
    throw Stopped();
  });
  itself = &lazy;
  EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
}

TEST(LazyHidden, RetryTheEndJoins) {
  contract("The destructor waits for an attempt that was abandoned; it has been asked to stop.",
           "the-end-of-a-lazy");
  expect_retry_written();
  bool has_ended = false;  // no atomic: only joining orders the write before the read
  {
    HeldGate begun;
    HeldGate never;
    RetryLazy<int> lazy([&](const std::stop_token& token) {
      begun.open();
      never.wait(token);
      has_ended = true;
      return 0;
    });
    EXPECT_EQ(give_up_once(begun, lazy), std::errc::operation_canceled);
  }
  EXPECT_TRUE(has_ended);
  {
    RetryLazy<int> idle_after_a_failure([]() -> int { throw Stopped(); });
    EXPECT_THROW(idle_after_a_failure.await(), Stopped);
  }
}

TEST(LazyHidden, RetryWhoIsToldMayAskAgainAtOnce) {
  contract("Who hears of a failure and awaits again takes part in a new attempt.", "attempts");
  expect_retry_written();
  std::atomic<int> calls{0};
  RetryLazy lazy([&] {
    const int attempt = ++calls;
    if (attempt < 20) throw attempt;
    return attempt;
  });
  std::vector<std::jthread> awaiters;
  awaiters.reserve(4);
  for (int i = 0; i < 4; ++i) {
    awaiters.emplace_back([&] {
      int last_heard = 0;
      for (bool served = false; !served;) {
        try {
          EXPECT_EQ(lazy.await(), 20);
          served = true;
        } catch (int attempt) {
          EXPECT_GT(attempt, last_heard) << "the error of an attempt that was over before";
          last_heard = attempt;
        }
      }
    });
  }
  awaiters.clear();
  EXPECT_EQ(calls.load(), 20);
}

}  // namespace
