#include "support/deadlock.hpp"

#include <unistd.h>

#include <utility>

#include "support/background_threads.hpp"

namespace promissory::support {

bool DeadlockDetector::look() {
  const Look before = std::exchange(last_look_, {});
  // The main thread seldom waits for ever: mostly this saves looking at all the others.
  const auto rest_of_main = rest_of_thread(getpid());
  if (!rest_of_main || !rest_of_main->is_untimed_futex_wait) return false;

  const auto threads = threads_of_this_process();
  if (!threads) return false;
  Look now;
  for (const Thread& thread : *threads) {
    if (is_background_thread(thread)) continue;
    const auto rest = rest_of_thread(thread.tid);
    if (!rest || !rest->is_untimed_futex_wait) return false;
    now.emplace(thread.tid, *rest);
  }
  last_look_ = now;
  return !now.empty() && now == before;
}

}  // namespace promissory::support
