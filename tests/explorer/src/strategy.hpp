// Who goes next. Everything is drawn from one seed and the number of the schedule, never from
// addresses or time, so that a schedule can be had again.
#pragma once

#include "random.hpp"
#include "record.hpp"
#include "world.hpp"

namespace promissory::explorer {

class Chooser {
 public:
  explicit Chooser(Record& record);

  void thread_added(Thread& thread);
  /// The thread has said what it wants next.
  void wants(Thread& thread);
  /// `candidates`: a bit per thread that can go on; `running` is the one that ran last, or -1 when
  /// it cannot go on. Gives the chosen thread, or -1: every order from here on has been seen.
  int pick(std::uint32_t candidates, int running);
  /// The chosen thread's operation is done.
  void done(const Thread& thread, const Operation& operation);
  int choose(int ways);
  bool happens(int odds);

 private:
  int pick_freely(std::uint32_t candidates, int running);
  int decide(int taken, bool is_thread, std::uint32_t ways, int running);
  bool is_forced() const { return record_.choices < record_.forced; }

  Record& record_;
  Strategy strategy_;
  Random random_;
  std::uint32_t sleeping_ = 0;
  int picks_ = 0;
  int change_points_[4] = {};
  int changes_ = 0;
  int next_low_ = 0;
  bool is_sticky_ = false;
};

}  // namespace promissory::explorer
