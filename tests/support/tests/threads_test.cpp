#include "support/threads.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <locale>
#include <string>
#include <thread>

#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"
#include "support/stack_report.hpp"

namespace promissory::support {
namespace {

// Keeps its frame: not inlined, since addr2line does not find every inlined name of clang's, and
// its call of wait() is no tail call, since it returns something.
[[gnu::noinline]] bool stand_here(ParkingSpot& spot, Gate& gate) {
  spot.arriving();
  gate.wait();
  return true;
}

TEST(Threads, AThreadIsListedWhileItLives) {
  contract("Every living thread is listed, with its name and what it does.");
  const auto before = threads_of_this_process();
  ASSERT_TRUE(before);
  Gate gate;
  ParkingSpot spot;
  bool has_passed = false;
  std::jthread thread([&] {
    pthread_setname_np(pthread_self(), "a (strange) one");
    has_passed = stand_here(spot, gate);
  });
  spot.wait_until_parked();
  const auto now = threads_of_this_process();
  EXPECT_EQ(now->size(), before->size() + 1);
  const auto found = std::find_if(now->begin(), now->end(), [](const Thread& candidate) {
    return candidate.name == "a (strange) one";
  });
  ASSERT_NE(found, now->end());
  EXPECT_EQ(found->state, 'S');
  const std::string text = describe_threads({*found});
  EXPECT_NE(text.find("stand_here"), std::string::npos) << text;
  EXPECT_NE(text.find("Gate::wait"), std::string::npos) << text;
  gate.open();
  thread.join();
  EXPECT_TRUE(has_passed);
}

TEST(Threads, AWaitWithoutTimeoutIsRecognised) {
  contract("A thread that only another one can wake is recognised.");
  Gate gate;
  ParkingSpot spot;
  std::atomic<pid_t> number{0};
  std::jthread thread([&] {
    number = this_thread_number();
    stand_here(spot, gate);
  });
  spot.wait_until_parked();
  const auto rest = rest_of_thread(number);
  ASSERT_TRUE(rest);
  EXPECT_TRUE(rest->is_untimed_futex_wait);
  EXPECT_FALSE(rest_of_thread(this_thread_number()).value_or(Rest{}).is_untimed_futex_wait);
  gate.open();
}

/// Writes 1234567 as 1 234 567.
class Spaced : public std::numpunct<char> {
 protected:
  char do_thousands_sep() const override { return ' '; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Threads, AreReadWhateverTheLocaleIs) {
  contract("What the kernel says of a thread is read the same whatever the global locale is.");
  const auto before = threads_of_this_process();
  const std::locale usual = std::locale::global(std::locale(std::locale(), new Spaced));
  const auto now = threads_of_this_process();
  const auto share = share_of_thread(this_thread_number());
  std::locale::global(usual);
  ASSERT_TRUE(before && now);
  ASSERT_EQ(now->size(), before->size());
  EXPECT_EQ(now->front().started, before->front().started);
  EXPECT_TRUE(share);
}

TEST(Threads, ParkingSpotSeesAThreadThatHasEnded) {
  contract("A thread that has ended needs no more waiting for.");
  ParkingSpot spot;
  std::jthread([&] { spot.arriving(); }).join();
  spot.wait_until_parked();
}

}  // namespace
}  // namespace promissory::support
