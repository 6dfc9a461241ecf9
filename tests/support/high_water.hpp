// How many threads were in a place at the same time.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <mutex>
#include <set>

namespace promissory::support {

/// Counts who is inside, the most there have been at once, all visits, and the threads that came.
/// All members are thread-safe. It orders its visitors by a lock: a test that looks for races among
/// them does without it.
class HighWater {
 public:
  /// Inside from here to the end of its scope.
  class Mark {
   public:
    explicit Mark(HighWater& gauge) : gauge_(gauge) { gauge_.enter(); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    ~Mark() { gauge_.leave(); }

   private:
    HighWater& gauge_;
  };

  void enter() {
    std::lock_guard lock(mutex_);
    threads_.insert(gettid());
    ++total_;
    if (++inside_ > highest_) highest_ = inside_;
  }
  void leave() {
    std::lock_guard lock(mutex_);
    --inside_;
  }

  int inside() const { return read(inside_); }
  int highest() const { return read(highest_); }
  int total() const { return read(total_); }
  int threads() const {
    std::lock_guard lock(mutex_);
    return static_cast<int>(threads_.size());
  }

 private:
  int read(const int& number) const {
    std::lock_guard lock(mutex_);
    return number;
  }

  mutable std::mutex mutex_;
  int inside_ = 0;
  int highest_ = 0;
  int total_ = 0;
  std::set<pid_t> threads_;  // not std::thread::id, which is soon used again for another thread
};

}  // namespace promissory::support
