#include "support/crowd.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>
#include <optional>
#include <vector>

#include "support/threads.hpp"

namespace promissory::support {
namespace {

void nap(long microseconds) {
  const timespec moment{0, microseconds * 1000};
  syscall(SYS_nanosleep, &moment, nullptr);
}

}  // namespace

void Crowd::arriving() {
  const int place = arrived_.fetch_add(1, std::memory_order_relaxed);
  threads_.at(place).store(this_thread_number(), std::memory_order_relaxed);
}

void Crowd::wait_until_parked(int count) const {
  if (!schedule_of_thread(this_thread_number())) {
    nap(100'000);  // blind: /proc cannot be read, and nothing better can be done
    return;
  }
  using Look = std::vector<std::optional<Schedule>>;
  // A look at all of them, or nothing when one is awake. Two equal looks in a row: from the last
  // one's first look to the first one's second, none of them ran.
  const auto look = [&]() -> std::optional<Look> {
    Look seen;
    for (int i = 0; i < count; ++i) {
      const pid_t thread = threads_.at(i).load(std::memory_order_relaxed);
      if (thread == 0) return std::nullopt;
      seen.push_back(schedule_of_thread(thread));
      if (seen.back() && seen.back()->state != 'S') return std::nullopt;
    }
    return seen;
  };
  std::optional<Look> earlier;
  for (;;) {
    auto now = look();
    if (now && now == earlier) return;
    earlier = std::move(now);
    nap(300);
  }
}

}  // namespace promissory::support
