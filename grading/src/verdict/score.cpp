#include "verdict/score.hpp"

#include <algorithm>
#include <array>

namespace promissory::grading {

int score_of(const Verdict& verdict) {
  if (!verdict.right()) return 0;
  if (verdict.hints_used > 0) return 1;
  const auto mine = std::ranges::find(verdict.stages, "mine", &Stage::name);
  const bool breaks_one = mine != verdict.stages.end() && mine->status == StageStatus::passed &&
                          verdict.mutants_killed() > 0;
  return breaks_one ? 3 : 2;
}

void Mark::count(const Verdict& verdict) {
  points += verdict.score;
  if (verdict.first_lacking() == nullptr) possible += 3;
}

const Band& band_of(int points) {
  static constexpr std::array<Band, 4> bands{{
      {0, 15, "You can say what a future is, but not yet build one that survives many awaiters.",
       "Do exercises 01 to 04 again until the one-shot is a reflex; the rest stands on it."},
      {16, 25, "You build a clean promise and know when a group must stop.",
       "Do 05 to 09, and do not skip singleflight: it is the cheapest win in production."},
      {26, 35, "You know the world inside one process.",
       "10 to 13 are composition, limits, leaks and deadlines: what separates writing a future "
       "from shipping one."},
      {36, 45, "You are at senior level.",
       "14 and 15 leave the process. Then come the stretch challenges, and how durable execution "
       "engines use leases."},
  }};
  const auto band = std::ranges::find_if(bands, [&](const Band& b) { return points <= b.to; });
  return band == bands.end() ? bands.back() : *band;
}

}  // namespace promissory::grading
