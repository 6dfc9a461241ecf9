// A method that locks calls another that locks the same.
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class Counter {
 public:
  void add(int amount) {
    const std::lock_guard lock(mutex_);
    count_ += amount;
  }
  void add_twice(int amount) {
    const std::lock_guard lock(mutex_);
    add(amount);
    add(amount);
  }

 private:
  std::mutex mutex_;
  int count_ = 0;
};

void body() {
  Counter counter;
  std::jthread other([&] { counter.add(1); });
  counter.add_twice(2);
}

const promissory::explorer::corpus::Register it{{"self_deadlock", body, "deadlock"}};

}  // namespace
