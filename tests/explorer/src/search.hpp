// Depth-first search over the choices of a body: which prefix of choices to force next.
#pragma once

#include <vector>

#include "schedule.hpp"

namespace promissory::explorer {

class Search {
 public:
  /// preemption_bound: -1 for none, and then sleep sets may be used.
  Search(int preemption_bound, bool sleep_sets)
      : bound_(preemption_bound), sleep_sets_(sleep_sets && preemption_bound < 0) {}

  /// What to run next.
  Recipe next() const;
  /// Takes in what it led to. False: there is nothing left to run.
  bool learn(const Record& record);

 private:
  struct Node {
    bool is_thread = false;
    std::uint32_t ways = 0;
    std::uint32_t sleeping = 0;
    std::uint32_t done = 0;
    int taken = 0;
    int running = -1;
    int preemptions = 0;
  };
  bool go_on(Node& node) const;

  int bound_;
  bool sleep_sets_;
  std::vector<Node> path_;
};

}  // namespace promissory::explorer
