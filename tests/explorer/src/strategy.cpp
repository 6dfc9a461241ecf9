#include "strategy.hpp"

#include <algorithm>
#include <bit>

namespace promissory::explorer {
namespace {

Strategy of_mix(int schedule) {
  constexpr Strategy turns[] = {Strategy::random, Strategy::pct, Strategy::pos};
  return turns[schedule % 3];
}

constexpr int picks_until_fair = 2'000;

int nth(std::uint32_t candidates, int skipped) {
  while (skipped-- > 0) candidates &= candidates - 1;
  return std::countr_zero(candidates);
}

template <class Value>
int highest(std::uint32_t candidates, Value value) {
  int best = -1;
  for (std::uint32_t left = candidates; left != 0; left &= left - 1) {
    const int id = std::countr_zero(left);
    if (best < 0 || value(id) > value(best)) best = id;
  }
  return best;
}

}  // namespace

Chooser::Chooser(Record& record)
    : record_(record),
      strategy_(record.strategy == Strategy::mix ? of_mix(record.schedule) : record.strategy),
      random_(record.seed * 0x2545f4914f6cdd1dU + static_cast<std::uint64_t>(record.schedule)) {
  random_.next();
  // A walk that mostly stays with one thread gets further into a program than one that turns at
  // every corner.
  is_sticky_ = strategy_ == Strategy::random && random_.below(2) == 0;
  if (strategy_ == Strategy::pct) {
    // The length of a schedule is not known beforehand, so its order of magnitude is drawn as well.
    // What is explored is more often short than long.
    const int length = 8 << std::min(random_.below(7), random_.below(7));
    changes_ = 1 + random_.below(3);
    for (int i = 0; i < changes_; ++i) change_points_[i] = random_.below(length);
    next_low_ = changes_;
  }
}

void Chooser::thread_added(Thread& thread) {
  thread.thread_priority = (std::uint64_t{1} << 32) | (random_.next() >> 32);
}

void Chooser::wants(Thread& thread) {
  if (strategy_ == Strategy::pos) thread.event_priority = random_.next();
}

int Chooser::decide(int taken, bool is_thread, std::uint32_t ways, int running) {
  if (record_.choices >= choice_limit) {
    world::fail(Kind::too_long, "The schedule has more than %d decisions.", choice_limit);
  }
  const int at = record_.choices;
  record_.choice[at] = {static_cast<std::uint8_t>(taken), is_thread};
  if (strategy_ == Strategy::exhaustive) {
    record_.branch[at] = {ways, sleeping_, static_cast<std::int8_t>(running),
                          static_cast<std::uint16_t>(record_.preemptions)};
  }
  ++record_.choices;
  return taken;
}

int Chooser::pick(std::uint32_t candidates, int running) {
  ++picks_;
  if (std::has_single_bit(candidates)) {
    const int only = std::countr_zero(candidates);
    return (sleeping_ >> only & 1U) != 0 ? -1 : only;
  }
  int taken = -1;
  if (is_forced()) {
    const Choice given = record_.choice[record_.choices];
    const bool is_last = record_.choices + 1 == record_.forced;
    if (!given.is_thread || (candidates >> given.taken & 1U) == 0)
      world::end_schedule(End::diverged);
    taken = given.taken;
    decide(taken, true, candidates, running);
    if (is_last) sleeping_ = record_.sleeping & ~(1U << taken);
  } else {
    taken = pick_freely(candidates, running);
    if (taken < 0) return -1;
    decide(taken, true, candidates, running);
  }
  if (running >= 0 && taken != running) ++record_.preemptions;
  return taken;
}

int Chooser::pick_freely(std::uint32_t candidates, int running) {
  // Priorities, and staying with one thread, let it retry for ever what another holds back. Right
  // programs may rely on everybody's turn coming some day.
  if (strategy_ == Strategy::pct && picks_ > picks_until_fair) {
    return nth(candidates, random_.below(std::popcount(candidates)));
  }
  switch (strategy_) {
    case Strategy::pct:
      for (int i = 0; i < changes_; ++i) {
        if (change_points_[i] == picks_ && running >= 0) {
          world::thread(running).thread_priority = static_cast<std::uint64_t>(next_low_--);
        }
      }
      return highest(candidates, [](int id) { return world::thread(id).thread_priority; });
    case Strategy::pos:
      return highest(candidates, [](int id) { return world::thread(id).event_priority; });
    case Strategy::exhaustive: {
      const std::uint32_t awake = candidates & ~sleeping_;
      if (awake == 0) return -1;
      if (picks_ > picks_until_fair) return nth(awake, picks_ % std::popcount(awake));
      const bool can_stay = running >= 0 && (awake >> running & 1U) != 0;
      return can_stay ? running : std::countr_zero(awake);
    }
    default: {
      const bool can_stay = running >= 0 && (candidates >> running & 1U) != 0;
      if (is_sticky_ && can_stay && random_.below(8) != 0) return running;
      return nth(candidates, random_.below(std::popcount(candidates)));
    }
  }
}

void Chooser::done(const Thread& thread, const Operation& operation) {
  if (strategy_ == Strategy::pos) {
    for (int id = 0; id < world::threads(); ++id) {
      Thread& other = world::thread(id);
      if (id != thread.id && !other.finished && dependent(other.pending, operation)) {
        other.event_priority = random_.next();
      }
    }
  }
  for (std::uint32_t left = sleeping_; left != 0; left &= left - 1) {
    const int id = std::countr_zero(left);
    if (dependent(world::thread(id).pending, operation)) sleeping_ &= ~(1U << id);
  }
}

int Chooser::choose(int ways) {
  if (ways < 2) return 0;
  int taken = 0;
  if (is_forced()) {
    const Choice given = record_.choice[record_.choices];
    const bool is_last = record_.choices + 1 == record_.forced;
    if (given.is_thread || given.taken >= ways) world::end_schedule(End::diverged);
    taken = given.taken;
    decide(taken, false, static_cast<std::uint32_t>(ways), -1);
    if (is_last) sleeping_ = record_.sleeping;
    return taken;
  }
  if (strategy_ != Strategy::exhaustive) taken = random_.below(ways);
  return decide(taken, false, static_cast<std::uint32_t>(ways), -1);
}

bool Chooser::happens(int odds) {
  if (strategy_ == Strategy::exhaustive) return false;
  return random_.below(odds) == 0;
}

}  // namespace promissory::explorer
