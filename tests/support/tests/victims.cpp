// Programs that go wrong on purpose, one at a time: the guards' own tests run them.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/leak_checker.hpp"
#include "support/parked.hpp"
#include "support/promise_ledger.hpp"
#include "support/todo.hpp"
#include "support/watchdog.hpp"

namespace {

using namespace promissory::support;
using namespace std::chrono_literals;

// What outlives its test on purpose must not be destroyed under the threads that use it.
template <class T>
T& immortal() {
  static T& object = *new T;
  return object;
}

// Keeps its frame: not inlined, since addr2line does not find every inlined name of clang's, and
// its call of wait() is no tail call, since it returns something.
[[gnu::noinline]] bool wait_for_gate_that_stays_closed() {
  immortal<Gate>().wait();
  return true;
}

// Forces an order that TSan does not see: what it then finds in order was put in order by the code
// under test.
class UnseenSignal {
 public:
  void raise() { is_raised_.store(true, std::memory_order_relaxed); }
  void wait() const {
    while (!is_raised_.load(std::memory_order_relaxed)) std::this_thread::yield();
  }

 private:
  std::atomic<bool> is_raised_{false};
};

[[gnu::noinline]] void pass_time(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

TEST(Victim, Passes) {
  contract("Right code passes.", "right-code");
}

TEST(Victim, IsSkipped) {
  GTEST_SKIP() << "There is no \"server\" here.";
}

TEST(Victim, LeaksAThread) {
  contract("What a test starts, it ends.", "leaks");
  ParkingSpot spot;
  std::thread([&spot] {
    spot.arriving();
    wait_for_gate_that_stays_closed();
  }).detach();
  spot.wait_until_parked();
}

TEST(Victim, FailsAndLeavesAThread) {
  std::thread(wait_for_gate_that_stays_closed).detach();
  FAIL() << "first things first";
}

TEST(Victim, KeepsAHelperThread) {
  allow_lasting_threads(1);
  std::thread(wait_for_gate_that_stays_closed).detach();
}

TEST(Victim, EndsSlowly) {
  for (int i = 0; i < 4; ++i) std::thread([] { pass_time(150ms); }).detach();
}

TEST(Victim, LeavesAPromiseOpen) {
  static auto& entry = *new LedgerEntry("the open promise");
  static auto& waiter = *new LedgerEntry::Waiter(entry);
  static_cast<void>(waiter);
}

TEST(Victim, DropsAPromise) {
  LedgerEntry entry("the dropped promise");
}

TEST(Victim, KeepsItsPromises) {
  LedgerEntry kept_at_once("kept at once");
  LedgerEntry kept_by_a_thread("kept by a thread");
  std::atomic<bool> is_ready{false};
  std::jthread producer([&] {
    pass_time(50ms);
    kept_by_a_thread.settled();
    is_ready = true;
  });
  const auto kept = expect_settled("asked for", [&] { return is_ready.load(); });
  kept_at_once.settled();
}

TEST(Victim, ExpectsAnAnswerInVain) {
  const auto kept = expect_settled(
      "the answer", [] { return false; }, [] { return 3; });
}

TEST(Victim, LeaksMemory) {
  auto* volatile leaked = new int[1000];
  leaked = nullptr;
  EXPECT_EQ(leaked, nullptr);
}

TEST(Victim, FollowsALeakOfMemory) {
  SUCCEED();
}

[[gnu::noinline]] void wait_for_the_other(std::promise<void>& own, std::future<void> other) {
  other.wait();
  own.set_value();
}

TEST(Victim, Deadlocks) {
  contract("Two threads never wait for each other.", "deadlock");
  LedgerEntry entry("the first move");
  LedgerEntry::Waiter waiter(entry);
  std::promise<void> left;
  std::promise<void> right;
  std::jthread one([&] { wait_for_the_other(left, right.get_future()); });
  std::jthread two([&] { wait_for_the_other(right, left.get_future()); });
}

TEST(Victim, HangsTogether) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(wait_for_gate_that_stays_closed);
}

TEST(Victim, DeadlocksAlone) {
  wait_for_gate_that_stays_closed();
}

TEST(Victim, DeadlocksInAMutex) {
  std::mutex mutex;
  mutex.lock();
  std::jthread([&] { mutex.lock(); }).join();
}

void get_no_processor_for_two_seconds() {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(sched_getcpu(), &only);
  ASSERT_EQ(sched_setaffinity(0, sizeof only, &only), 0);
  const pid_t rival = fork();
  if (rival == 0) {
    // Where this is allowed, not one slice is left for the other.
    const sched_param real_time{.sched_priority = 1};
    sched_setscheduler(0, SCHED_FIFO, &real_time);
    while (std::clock() < 2 * CLOCKS_PER_SEC) std::atomic_signal_fence(std::memory_order_seq_cst);
    _exit(0);
  }
  const sched_param priority{};
  EXPECT_EQ(sched_setscheduler(0, SCHED_IDLE, &priority), 0);
  int status = 0;
  while (waitpid(rival, &status, WNOHANG) == 0) std::atomic_signal_fence(std::memory_order_seq_cst);
}

TEST(Victim, GetsNoProcessorForTwoSeconds) {
  get_no_processor_for_two_seconds();
}

TEST(Victim, SleepsAndThenGetsNoProcessorForTwoSeconds) {
  pass_time(100ms);
  get_no_processor_for_two_seconds();
}

TEST(Victim, WaitsForOthersForASecond) {
  const UncountedTime others_work;
  pass_time(1000ms);
}

TEST(Victim, SpinsForEver) {
  std::atomic<bool> is_done{false};
  while (!is_done.load(std::memory_order_relaxed)) std::this_thread::yield();
}

TEST(Victim, PollsForEver) {
  while (true) pass_time(5ms);
}

TEST(Victim, IsWokenByAThreadThatPassesTime) {
  Gate gate;
  std::jthread waker([&] {
    pass_time(400ms);
    gate.open();
  });
  std::jthread other([&] { gate.wait(); });
  gate.wait();
}

TEST(Victim, IsWokenThroughAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int outer = fork();
  if (outer == 0) {
    const timespec time{0, 400'000'000};
    nanosleep(&time, nullptr);
    const ssize_t written = write(ends[1], "x", 1);
    _exit(written == 1 ? 0 : 1);
  }
  Gate gate;
  std::jthread reader([&] {
    char byte = 0;
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    gate.open();
  });
  gate.wait();
  reader.join();
  close(ends[0]);
  close(ends[1]);
}

class HangsInItsDestructor {
 public:
  void arm() { is_armed_ = true; }
  ~HangsInItsDestructor() {
    if (is_armed_) wait_for_gate_that_stays_closed();
  }

 private:
  bool is_armed_ = false;
};

HangsInItsDestructor hangs_at_exit;

TEST(Victim, HangsAtExit) {
  hangs_at_exit.arm();
}

[[gnu::noinline]] void throw_out_of_a_thread() {
  std::thread([] { throw std::range_error("too far"); }).join();
}

TEST(Victim, ThrowsOutOfAThread) {
  contract("No exception leaves a thread.", "terminate");
  throw_out_of_a_thread();
}

TEST(Victim, ForgetsToJoin) {
  std::thread thread(wait_for_gate_that_stays_closed);
}

TEST(Victim, ExpectsTheDeath) {
  EXPECT_DEATH(throw_out_of_a_thread(), "std::range_error.*too far");
}

TEST(Victim, Crashes) {
  std::raise(SIGKILL);
}

TEST(Victim, IsNotWritten) {
  contract("What is written works.", "todo");
  promissory::todo("Promise::resolve: \"store\" the value once.");
}

TEST(Victim, IsNotWrittenInAThread) {
  std::thread([] { promissory::todo("Write the body of the thread."); }).join();
}

TEST(Victim, ExpectsAnotherException) {
  EXPECT_THROW(promissory::todo("Throw it when it is due."), std::system_error);
}

TEST(Victim, ThrowsSomethingElse) {
  throw std::range_error("too far");
}

TEST(Victim, SaysGarbage) {
  FAIL() << "\xff\xc0\x80\"\\\n\x01";
}

TEST(Victim, CleanThreads) {
  contract("Right code with many threads is never suspected.");
  Gate gate;
  ParkingSpot spot;
  std::promise<int> promise;
  std::shared_future<int> answer = promise.get_future().share();
  std::atomic<int> sum{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if (i == 0) spot.arriving();
      gate.wait();
      sum += answer.get();
    });
  }
  spot.wait_until_parked();
  gate.open();
  promise.set_value(1);
  threads.clear();
  EXPECT_EQ(sum, 8);
}

TEST(Victim, RacesBesideTheGuards) {
  int shared = 0;
  ParkingSpot spot;
  Gate closed;
  LedgerEntry entry("beside a race");
  std::jthread writer([&] {
    shared = 1;
    entry.settled();
    spot.arriving();
    closed.wait();
  });
  spot.wait_until_parked();
  { LedgerEntry::Waiter waiter(entry); }
  EXPECT_GE(shared, 0);
  closed.open();
}

template <class F>
std::exception_ptr caught(F fn) {
  try {
    fn();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

// The last holder is a thread that has not read it, and is ordered after the readers by nothing
// but the count of holders.
void read_there_and_destroy_here(std::exception_ptr error) {
  UnseenSignal is_read[4];
  std::vector<std::jthread> readers;
  for (UnseenSignal& signal : is_read) {
    readers.emplace_back([error, &signal]() mutable {
      try {
        std::rethrow_exception(std::exchange(error, nullptr));
      } catch (const std::future_error& exception) {
        EXPECT_EQ(exception.code(), std::future_errc::broken_promise);
        EXPECT_STRNE(exception.what(), "");
      } catch (const std::exception& exception) {
        EXPECT_STREQ(exception.what(), "shared");
      }
      signal.raise();
    });
  }
  for (const UnseenSignal& signal : is_read) signal.wait();
  error = nullptr;
}

void get_there_and_raise(std::future<int>& future, UnseenSignal& is_read) {
  try {
    std::exchange(future, {}).get();
    ADD_FAILURE();
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "shared");
  }
  is_read.raise();
}

TEST(Victim, SharesAnExceptionThatIsHandled) {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  UnseenSignal is_read;
  std::jthread producer([promise = std::move(promise), &is_read]() mutable {
    try {
      throw std::runtime_error("shared");
    } catch (...) {
      promise.set_exception(std::current_exception());
      is_read.wait();
    }
  });
  get_there_and_raise(future, is_read);
}

TEST(Victim, SharesTheExceptionOfATask) {
  std::packaged_task<int()> task([]() -> int { throw std::runtime_error("shared"); });
  std::future<int> future = task.get_future();
  UnseenSignal is_read;
  std::jthread worker([task = std::move(task), &is_read]() mutable {
    task();
    is_read.wait();
  });
  get_there_and_raise(future, is_read);
}

TEST(Victim, SharesAnExceptionAmongMany) {
  read_there_and_destroy_here(caught([] { throw std::runtime_error("shared"); }));
}

TEST(Victim, SharesABrokenPromise) {
  read_there_and_destroy_here(caught([] {
    std::future<int> future = std::promise<int>().get_future();
    future.get();
  }));
}

struct Noted : std::runtime_error {
  using std::runtime_error::runtime_error;
  int note = 0;
};

TEST(Victim, RacesInsideAnException) {
  std::promise<int> promise;
  const std::shared_future<int> answer = promise.get_future().share();
  UnseenSignal is_written;
  const auto write_note = [&answer] {
    try {
      answer.get();
    } catch (Noted& error) {
      error.note += 1;
    }
  };
  promise.set_exception(std::make_exception_ptr(Noted("shared")));
  std::jthread one([&] {
    write_note();
    is_written.raise();
  });
  std::jthread two([&] {
    is_written.wait();
    write_note();
  });
}

}  // namespace
