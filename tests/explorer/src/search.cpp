#include "search.hpp"

#include <bit>

namespace promissory::explorer {

Recipe Search::next() const {
  Recipe recipe{.strategy = Strategy::exhaustive};
  for (const Node& node : path_) {
    recipe.choices.push_back({static_cast<std::uint8_t>(node.taken), node.is_thread});
  }
  if (sleep_sets_ && !path_.empty()) recipe.sleeping = path_.back().sleeping | path_.back().done;
  return recipe;
}

bool Search::learn(const Record& record) {
  for (int i = static_cast<int>(path_.size()); i < record.choices; ++i) {
    const Branch& branch = record.branch[i];
    path_.push_back({.is_thread = record.choice[i].is_thread,
                     .ways = branch.ways,
                     .sleeping = sleep_sets_ ? branch.sleeping : 0,
                     .taken = record.choice[i].taken,
                     .running = branch.running,
                     .preemptions = branch.preemptions});
  }
  while (!path_.empty()) {
    if (go_on(path_.back())) return true;
    path_.pop_back();
  }
  return false;
}

bool Search::go_on(Node& node) const {
  if (!node.is_thread) {
    ++node.taken;
    return node.taken < static_cast<int>(node.ways);
  }
  node.done |= 1U << node.taken;
  std::uint32_t left = node.ways & ~(node.done | node.sleeping);
  const bool is_spent = bound_ >= 0 && node.running >= 0 && node.preemptions >= bound_;
  if (is_spent) left &= 1U << node.running;
  if (left == 0) return false;
  node.taken = std::countr_zero(left);
  return true;
}

}  // namespace promissory::explorer
