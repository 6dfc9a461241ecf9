#include "support/starvation.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace promissory::support {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

nanoseconds time_that_this_process_ran() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

}  // namespace

nanoseconds Starvation::since_last_look() {
  const auto now = steady_clock::now();
  const nanoseconds passed = now - std::exchange(when_, now);
  std::map<pid_t, Share> shares;
  nanoseconds longest{};
  for (const pid_t tid : thread_numbers()) {
    const auto share = share_of_thread(tid);
    if (!share) continue;
    const auto before = shares_.find(tid);
    const Share was = before == shares_.end() ? Share{} : before->second;
    nanoseconds waited = share->waited - was.waited;
    // The kernel counts a wait when it is over. Who was ready all the time and is still waiting is
    // known by what it has not run.
    const bool never_slept = was.is_ready && share->is_ready && was.sleeps == share->sleeps;
    if (never_slept) waited = passed - (share->ran - was.ran);
    longest = std::max(longest, waited);
    shares.emplace(tid, *share);
  }
  shares_.swap(shares);
  const nanoseconds ran_before = std::exchange(ran_, time_that_this_process_ran());
  return std::max(longest - (ran_ - ran_before), nanoseconds{});
}

}  // namespace promissory::support
