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

bool waits_since(const std::map<pid_t, Share>& before, pid_t tid, const Share& share) {
  const auto was = before.find(tid);
  return was != before.end() && was->second.is_ready && share.is_ready &&
         was->second.ran == share.ran;
}

}  // namespace

Starvation::Look Starvation::look_at_threads() {
  Look look{.shares = {}, .ran = time_that_this_process_ran(), .when = steady_clock::now()};
  for (const pid_t tid : thread_numbers()) {
    if (const auto share = share_of_thread(tid)) look.shares.emplace(tid, *share);
  }
  return look;
}

std::optional<nanoseconds> Starvation::since_beginning() {
  const std::optional<Look> before = std::exchange(last_, look_at_threads());
  if (!before) return std::nullopt;
  const bool others_ran = last_->ran - before->ran < last_->when - before->when;
  nanoseconds longest{};
  for (const auto& [tid, share] : last_->shares) {
    if (others_ran && waits_since(before->shares, tid, share)) return std::nullopt;
    const auto first = beginning_.shares.find(tid);
    const bool is_new = first == beginning_.shares.end();
    longest = std::max(longest, is_new ? share.waited : share.waited - first->second.waited);
  }
  return std::max(longest - (last_->ran - beginning_.ran), nanoseconds{});
}

}  // namespace promissory::support
