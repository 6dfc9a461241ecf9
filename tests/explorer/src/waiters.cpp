#include "waiters.hpp"

#include <bit>

#include "world.hpp"

namespace promissory::explorer::waiters {

std::uint32_t of(Action waiting, Address object) {
  std::uint32_t found = 0;
  for (int id = 0; id < world::threads(); ++id) {
    const Thread& thread = world::thread(id);
    if (!thread.finished && thread.pending.action == waiting && thread.pending.object == object &&
        !thread.woken && !thread.timed_out) {
      found |= 1U << id;
    }
  }
  return found;
}

std::uint32_t wake(Action waiting, Address object, int most) {
  std::uint32_t left = of(waiting, object);
  std::uint32_t woken = 0;
  for (int i = 0; i < most && left != 0; ++i) {
    int skip = most >= std::popcount(left) ? 0 : world::choose(std::popcount(left));
    std::uint32_t rest = left;
    while (skip-- > 0) rest &= rest - 1;
    const int id = std::countr_zero(rest);
    Thread& thread = world::thread(id);
    thread.woken = true;
    thread.woken_by = world::step_number();
    left &= ~(1U << id);
    woken |= 1U << id;
  }
  return woken;
}

}  // namespace promissory::explorer::waiters
