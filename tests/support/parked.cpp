#include "support/parked.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <ctime>

#include "support/threads.hpp"
#include "support/uninstrumented.hpp"

namespace promissory::support {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{1};
constexpr std::chrono::milliseconds blind_patience{20};

static_assert(sizeof(std::atomic<pid_t>) == sizeof(int), "the futex is the atomic itself");

void nap() {
  const timespec moment{0, 200'000};
  syscall(SYS_nanosleep, &moment, nullptr);
}

}  // namespace

// TSan sees none of this, neither an order, which would hide a race of the threads that are
// watched, nor an access, which it would hold against a test that has lost a thread.
PROMISSORY_UNINSTRUMENTED void ParkingSpot::arriving() {
  __atomic_store_n(reinterpret_cast<pid_t*>(&thread_), this_thread_number(), __ATOMIC_RELAXED);
  syscall(SYS_futex, &thread_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

PROMISSORY_UNINSTRUMENTED void ParkingSpot::wait_until_parked() const {
  pid_t thread = 0;
  while (__atomic_load(reinterpret_cast<const pid_t*>(&thread_), &thread, __ATOMIC_RELAXED),
         thread == 0) {
    syscall(SYS_futex, &thread_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
  }
  const bool is_blind = !schedule_of_thread(this_thread_number());
  const Clock::time_point end = Clock::now() + (is_blind ? blind_patience : patience);
  Schedule earlier;
  while (Clock::now() < end) {
    const auto now = schedule_of_thread(thread);
    if (!now && !is_blind) return;
    // Asleep twice without having run in between: it was no short stop on the way.
    if (now && now->state == 'S' && now == earlier) return;
    earlier = now.value_or(Schedule{});
    nap();
  }
}

}  // namespace promissory::support
