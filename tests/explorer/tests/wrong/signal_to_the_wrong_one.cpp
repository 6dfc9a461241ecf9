// Producers and consumers wait on one condition variable, and notify_one wakes one of its own kind.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class Queue {
 public:
  void put(int item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return items_.empty(); });
    items_.push_back(item);
    changed_.notify_one();
  }
  void take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !items_.empty(); });
    items_.pop_front();
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> items_;
};

void body() {
  Queue queue;
  std::jthread first([&] { queue.take(); });
  std::jthread second([&] { queue.take(); });
  queue.put(1);
  queue.put(2);
}

const promissory::explorer::corpus::Register it{{"signal_to_the_wrong_one", body, "deadlock"}};

}  // namespace
