// Property: who does not give up gets a value, and never hears that somebody else gave up; all
// callers of a flight agree on whether it was shared; and unless flights are stopped, a key never
// has two of them in the air.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "08-singleflight/singleflight.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Flown;
using promissory::Leaving;
using promissory::SingleFlight;
using promissory::support::contract;

struct Stopped {};

/// What one caller was told.
struct Heard {
  int flight;
  bool shared;
};

class Backend {
 public:
  /// Takes a while and looks at its token all the time.
  int fetch(const std::stop_token& token, bool may_overlap) {
    const int number = ++flights_;
    const int in_the_air = ++in_the_air_;
    if (!may_overlap) {
      EXPECT_EQ(in_the_air, 1);
    }
    bool is_stopped = false;
    for (int i = 0; i < 3 && !is_stopped; ++i) {
      is_stopped = token.stop_requested();
      std::this_thread::yield();
    }
    --in_the_air_;
    if (is_stopped) throw Stopped();
    return number;
  }

 private:
  std::atomic<int> flights_{0};
  std::atomic<int> in_the_air_{0};
};

void meet(Leaving policy) {
  Backend backend;
  SingleFlight<int, int> flights(policy);
  std::array<std::stop_source, 5> impatience;
  std::mutex mutex;
  std::vector<Heard> all_heard;  // guarded by mutex
  std::latch start(5);
  // A refcounted flight that was stopped may still be in the air when the next one starts.
  const auto fetch = [&](const std::stop_token& token) {
    return backend.fetch(token, policy == Leaving::refcounted);
  };
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&, is_patient = i < 2] {
        start.arrive_and_wait();
        for (std::stop_source& source : impatience) {
          try {
            const Flown<int> flown =
                flights.run(1, fetch, is_patient ? std::stop_token() : source.get_token());
            const std::lock_guard lock(mutex);
            all_heard.push_back({flown.value, flown.shared});
          } catch (const std::system_error& gave_up) {
            EXPECT_FALSE(is_patient) << gave_up.what();
          } catch (const Stopped&) {
            ADD_FAILURE() << "told that somebody else gave up";
          }
        }
      });
    }
    start.arrive_and_wait();
    for (std::stop_source& source : impatience) {
      std::this_thread::yield();
      source.request_stop();
    }
  }
  for (const Heard& one : all_heard) {
    int callers = 0;
    for (const Heard& other : all_heard) {
      if (other.flight != one.flight) continue;
      EXPECT_EQ(other.shared, one.shared);
      ++callers;
    }
    EXPECT_TRUE(one.shared || callers == 1);
  }
}

TEST(MySingleFlight, PatientCallersAreServedByOneFlightAtATime) {
  contract("Callers of one key share a flight, and giving up is nobody else's affair.",
           "one-flight-for-all");
  for (int round = 0; round < 10 && !HasFailure(); ++round) {
    meet(Leaving::detached);
    meet(Leaving::refcounted);
  }
}

}  // namespace
