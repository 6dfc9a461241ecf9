// Reads from the replicas of a database. A read that is slow at the first is sent to the second,
// too, and the answer that comes first is taken.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

/// Reads the value of a key. May take its time, may throw; called from several threads.
using Replica = std::function<std::string(const std::string& key)>;

/// Reads from two replicas. To be used by one thread.
class ReplicatedReader {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param patience how long the first replica may take before the second is asked, too. Long
  ///     enough for nearly every read: the second is to have little to do.
  ReplicatedReader(Replica first, Replica second, Duration patience)
      : first_(std::move(first)), second_(std::move(second)), patience_(patience) {}

  /// @return the first answer
  /// @throws what a replica has thrown, when that is the first answer
  std::string read(const std::string& key) {
    const auto answer = Answer::make("the first answer");
    reads_.emplace_back([this, key, answer] { ask(first_, key, *answer); });
    std::this_thread::sleep_for(patience_);
    reads_.emplace_back([this, key, answer] { ask(second_, key, *answer); });
    return answer->await();
  }

 private:
  using Answer = house::Outcome<std::string>;

  static void ask(const Replica& replica, const std::string& key, Answer& answer) {
    try {
      answer.put(replica(key));
    } catch (...) {
      answer.fail(std::current_exception());
    }
  }

  const Replica first_;
  const Replica second_;
  const Duration patience_;
  std::vector<std::jthread> reads_;  // the slow ones are waited for at the end
};

}  // namespace promissory
